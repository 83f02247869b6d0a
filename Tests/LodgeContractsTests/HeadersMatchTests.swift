import LodgeContracts
import LodgeModel
import Testing

struct HeadersMatchTests {
  let contract = Contract.headersMatch

  @Test(arguments: Suite.allCases)
  func headersOfTheKernelPass(suite: Suite) throws {
    let cell = try contract.cell(of: suite.evidence)
    #expect(cell.outcome == .pass)
    #expect(cell.findings.isEmpty)
    #expect(cell.type == nil)
  }

  @Test func aStableUpdateOfOneAloneIsAWarning() throws {
    let cell = try contract.cell(of: .sid.changing(\.uapi) { $0.version = "7.2.9" })
    #expect(cell.outcome == .pass)
    #expect(
      cell.reason == "the headers are of Linux 7.2.9, the kernel is 7.2.13: what headers prove is "
        + "weak, though BTF contradicts none of it")
    #expect(cell.findings.map(\.grade) == [.warn])
    #expect(cell.findings[0].remedy == contract.remedy)
  }

  @Test func headersOfAnotherReleaseAreAWarningWhereNothingContradicts() throws {
    var evidence = Evidence.sid
    evidence.uapi = Evidence.trixie.uapi
    #expect(try contract.cell(of: evidence).findings.map(\.grade) == [.warn])
  }

  @Test func aPackagingRevisionIsNoDifference() throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      $0.source.package = "linux-libc-dev 7.2.13-4~bpo13+1"
    }
    #expect(try contract.cell(of: evidence).findings.isEmpty)
  }

  @Test func aContradictedNumberFailsWhateverTheVersions() throws {
    let evidence = Evidence.sid.changing(\.uapi) { $0.constants["KVM_SEV_INIT2"] = 23 }
    #expect(
      try contract.cell(of: evidence).reason
        == "KVM_SEV_INIT2 is 23 in the headers, but 22 in the kernel")
  }

  @Test func aContradictedSizeFails() throws {
    let evidence = Evidence.sid.changing(\.uapi) { $0.layouts["kvm_sev_cmd"]?.size = 32 }
    #expect(try contract.outcome(of: evidence) == .fail)
  }

  @Test func aCountThatGrowsIsNoContradiction() throws {
    let evidence = Evidence.sid.changing(\.uapi) { $0.constants["KVM_SEV_NR_MAX"] = 105 }
    #expect(try contract.outcome(of: evidence) == .pass)
  }

  @Test func versionsAreNeeded() throws {
    try expect(contract, needs: \.kernel)
    try expect(contract, needs: \.uapi)
    #expect(
      try contract.outcome(of: .sid.changing(\.kernel) { $0.version = nil }) == .notRun)
    #expect(try contract.outcome(of: .sid.changing(\.uapi) { $0.version = nil }) == .notRun)
  }
}
