import LodgeContracts
import LodgeModel
import Testing

struct HypercallReturnTests {
  let contract = Contract.hypercallReturn

  @Test func zeroAndNoAnswerAtAllPass() throws {
    #expect(try contract.cell(of: .sid, .sevSNP).isKeptInSilence)
    #expect(try contract.cell(of: .trixie, .sevSNP).isKeptInSilence)
    #expect(try contract.cell(of: .tdxReady, .tdx).isKeptInSilence)
  }

  @Test func anotherAnswerFails() throws {
    let evidence = Evidence.sid.changing(\.modules) {
      $0.byName["kvm_amd"]?.hypercallExits[0].answer = 1
    }
    let cell = try contract.cell(of: evidence, .sevSNP)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "snp_do_psc answers each conversion of memory with 1, an error, unless QEMU "
        + "says otherwise")
    #expect(try contract.outcome(of: evidence, .tdx) == .pass)
  }

  @Test func anExitThatForgetsWhatOthersSetIsAWarning() throws {
    let evidence = Evidence.sid.changing(\.modules) {
      $0.byName["kvm_amd"]?.hypercallExits[0] = .init(
        function: "snp_do_psc", isAnswered: false, answer: nil)
    }
    let cell = try contract.cell(of: evidence, .sevSNP)
    #expect(cell.findings.map(\.grade) == [.warn])
    #expect(cell.reason.hasPrefix("snp_do_psc leaves hypercall.ret as it was"))
  }

  @Test func whatIsComputedIsNotJudged() throws {
    let evidence = Evidence.sid.changing(\.modules) {
      $0.byName["kvm_amd"]?.hypercallExits[0].answer = nil
    }
    #expect(try contract.cell(of: evidence, .sevSNP).isKeptInSilence)
  }

  @Test func withoutAPromiseOrTheModuleItDoesNotApply() throws {
    #expect(try contract.outcome(of: .bookworm, .sevSNP) == .notApplicable)
    let evidence = Evidence.sid.changing(\.modules) { $0.byName["kvm_amd"] = nil }
    #expect(try contract.outcome(of: evidence, .sevSNP) == .notApplicable)
  }

  @Test func modulesAreNeeded() throws { try expect(contract, needs: \.modules) }

  @Test func aHostFinishesIt() {
    #expect(contract.stages == [.packages, .metal])
  }
}
