import LodgeContracts
import LodgeModel
import Testing

struct SEVErrorTextsTests {
  let contract = Contract.sevErrorTexts

  @Test func errorsWithWordsPass() throws {
    #expect(try contract.cell(of: .bookworm, .sev).isKeptInSilence)
  }

  @Test func newerErrorsAreToldOnce() throws {
    let cell = try contract.cell(of: .sid, .sevSNP)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.info])
    #expect(
      cell.findings.map(\.summary) == [
        "QEMU says \"unknown error\" for 1 error that the kernel names, up to "
          + "SEV_RET_RMP_INITIALIZATION_FAILED (38)"
      ])
  }

  @Test func aMovedErrorIsAWarning() throws {
    let evidence = Evidence.trixie.changing(\.uapi) {
      $0.constants["SEV_RET_INVALID_ADDRESS"] = 10
    }
    let cell = try contract.cell(of: evidence, .sev)
    #expect(cell.findings.map(\.grade) == [.warn])
    #expect(cell.reason == "SEV_RET_INVALID_ADDRESS is 10, but QEMU has its words at 9")
  }

  @Test func withoutAPromiseOrErrorsItDoesNotApply() throws {
    #expect(try contract.outcome(of: .bookworm, .sevSNP) == .notApplicable)
    let evidence = Evidence.sid.changing(\.uapi) { $0.constants = [:] }
    #expect(try contract.outcome(of: evidence, .sev) == .notApplicable)
  }

  @Test func headersAreNeeded() throws { try expect(contract, needs: \.uapi) }
}
