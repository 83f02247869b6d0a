import LodgeModel
import Testing

@testable import LodgeMutation

struct JudgementTests {
  private func judgement(_ outcome: Outcome, _ findings: Finding...) -> Judgement {
    var cell = Cell(
      kind: .contract, id: "kernel.x", catalogue: "R99", type: .tdx, stage: .packages,
      outcome: outcome, reason: "a reason")
    cell.findings = findings
    return Judgement(cells: [cell])
  }

  private let broken = Finding(
    .fail, "it is 3", where: "kvm.h: KVM_X86_SNP_VM", sides: [.init(.kernel, "says three")])

  @Test func onlyWhatIsNewIsFound() {
    let after = judgement(.fail, broken, Finding(.info, "by the way", where: "kvm.h"))
    #expect(after.findings(of: "kernel.x", newSince: judgement(.pass)) == [broken])
    #expect(after.findings(of: "kernel.x", newSince: after).isEmpty)
    #expect(after.findings(of: "kernel.y", newSince: judgement(.pass)).isEmpty)
    #expect(after.fallen(since: judgement(.pass), except: []) == ["R99"])
    #expect(after.fallen(since: judgement(.pass), except: ["kernel.x"]).isEmpty)
  }

  @Test func whatIsChangedIsNamedBySentencePlaceOrSide() {
    #expect(broken.names("is 3") && broken.names("KVM_X86_SNP_VM") && broken.names("three"))
    #expect(!broken.names("KVM_X86_TDX_VM"))
  }

  @Test func anotherSentenceForTheSameFailureIsNoAlarm() {
    let renamed = Finding(.fail, "it is 3 in vendor.h", where: "vendor.h")
    #expect(judgement(.fail, renamed).alarms(since: judgement(.fail, broken)).isEmpty)
  }

  @Test func moreFailuresWarningsAndUnjudgedCellsAreAlarms() {
    let warned = Finding(.warn, "it may be 3", where: "kvm.h")
    #expect(judgement(.fail, broken).alarms(since: judgement(.pass)).count == 1)
    #expect(judgement(.pass, warned).alarms(since: judgement(.pass)).count == 1)
    #expect(judgement(.error).alarms(since: judgement(.pass)).count == 1)
    #expect(judgement(.notRun).alarms(since: judgement(.notRun)).isEmpty)
  }
}
