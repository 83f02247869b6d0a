import Foundation
import LodgeModel
import LodgeRelease
import Testing

struct WaiverTests {
  private let all = Requirement.Cells(contracts: ["R0?"], stage: .packages)
  private let failure = "QEMU 10.0.2 takes 5, the kernel says 6"

  private func waiver(_ change: (inout Waiver) -> Void = { _ in }) -> Waiver {
    var waiver = Waiver(
      id: "qemu-numbers", cell: CellPattern(.contract, "R01"), scope: .untilFixed,
      seen: [FailureSign("fail", failure)], reason: "the next QEMU mends it",
      issue: "https://bugs.example/1", author: "A <a@example>", created: Sample.days(2),
      expires: Sample.days(-10))
    change(&waiver)
    return waiver
  }

  /// What becomes of a waiver where R01 is red and all else is green.
  private func report(
    _ waiver: Waiver, r01: Cell? = nil, waiving: Waiving = Waiving(), at now: Date = Sample.now
  ) throws -> (WaiverReport.State, isYes: Bool) {
    let red = r01 ?? Sample.contract("R01", .fail, says: failure)
    let record = Sample.record(
      [red, Sample.contract("R02"), Sample.contract("R09")].map { Sample.seen($0) })
    let verdict = try Sample.verdict(
      Sample.policy(all, waiving: waiving), on: record, waivers: [waiver], at: now)
    #expect(verdict.standings.filter { $0.waiver != nil }.allSatisfy { !$0.state.isSatisfied })
    return (try #require(verdict.waivers.first).state, verdict.isYes)
  }

  @Test func aWaivedFailureStaysRedAndIsLetThrough() throws {
    let (state, isYes) = try report(waiver())
    #expect(state == .used(1) && isYes)
  }

  /// A page that shows a waiver beside a red cell says what the gate would say.
  @Test(arguments: Outcome.allCases)
  func pagesAndTheGateAgreeOnWhatIsWaived(outcome: Outcome) throws {
    let cell = Sample.contract("R01", outcome, says: failure)
    for sign in ["fail", "errored", "blocked", "error"] {
      let waiver = waiver { $0.seen = [FailureSign(sign, failure)] }
      let verdict = try Sample.verdict(
        Sample.policy(all), on: Sample.record([Sample.seen(cell)]), waivers: [waiver])
      let isWaived = verdict.standings.contains { $0.waiver == waiver.id }
      #expect(waiver.answers(for: cell) == isWaived, "\(outcome) seen as \(sign)")
    }
  }

  @Test func anExpiredWaiverCountsNoMore() throws {
    let (state, isYes) = try report(waiver { $0.expires = Sample.now })
    #expect(state == .expired && !isYes)
    #expect(try report(waiver { $0.expires = Sample.now + 1 }).isYes)
    #expect(try report(waiver(), at: Sample.now + 30 * 86_400).0 == .expired)
  }

  @Test func aWaiverIsForTheFailureThatWasSeen() throws {
    let other = Sample.contract("R01", .fail, says: "QEMU takes 7, the kernel says 6")
    let (state, isYes) = try report(waiver(), r01: other)
    #expect(
      state == .otherFailure([FailureSign("fail", "QEMU takes 7, the kernel says 6")]) && !isYes)
    let next = Sample.contract("R01", .fail, says: "QEMU 10.1.0~rc1 takes 5, the kernel says 6")
    #expect(try report(waiver(), r01: next).isYes)
    #expect(try !report(waiver(), r01: Sample.contract("R01", .error, says: failure)).isYes)
  }

  @Test func aWaiverForWhatIsGreenIsReported() throws {
    let (state, isYes) = try report(waiver(), r01: Sample.contract("R01"))
    #expect(state == .fixed && isYes)
  }

  @Test func aWaiverForMoreThanOnePromiseCountsNot() throws {
    for glob in ["R0*", "kernel.*", "*", "???*"] as [Glob] {
      let (state, isYes) = try report(waiver { $0.cell.id = glob })
      #expect(state == .tooWide(3) && !isYes)
    }
  }

  @Test func casesOfOneScenarioAreOnePromise() throws {
    let cells = Requirement.Cells(scenarios: ["sev/*"], stage: .launch)
    let record = Sample.record(
      ["sev/policy[none]", "sev/policy[es]"].map { Sample.seen(Sample.scenario($0, .fail)) })
    let waiver = waiver {
      $0.cell = CellPattern(.scenario, "sev/policy")
      $0.seen = [FailureSign("fail", "so it is")]
    }
    let verdict = try Sample.verdict(Sample.policy(cells), on: record, waivers: [waiver])
    #expect(verdict.isYes && verdict.waivers.first?.state == .used(2))
  }

  @Test func aWaiverForNoCellThatThereIsNamesTheNearest() throws {
    let (state, isYes) = try report(waiver { $0.cell.id = "kernel.r0l" })
    #expect(state == .noSuchCell(near: "kernel.r01") && !isYes)
    #expect(try report(waiver { $0.cell.type = .sev }).0 == .noSuchCell(near: nil))
  }

  @Test func aPolicyBoundsWaivers() throws {
    #expect(
      try report(waiver { $0.expires = $0.created + 91 * 86_400 }).0 == .tooLong(90 * 86_400))
    #expect(try report(waiver(), waiving: Waiving(longest: 86_400)).0 == .tooLong(86_400))
    let strict = Waiving(needsApprover: true)
    #expect(try report(waiver(), waiving: strict).0 == .unapproved)
    #expect(
      try report(waiver { $0.approver = "Another Name <A@example>" }, waiving: strict).0
        == .unapproved)
    #expect(try report(waiver { $0.approver = "B <b@example>" }, waiving: strict).isYes)
    #expect(try report(waiver { $0.created = Sample.now + 3600 }).0 == .early)
  }

  @Test func aWaiverIsForItsSetsOnly() throws {
    #expect(try report(waiver { $0.scope = .set(Sample.digest("a")) }).isYes)
    #expect(try report(waiver { $0.scope = .set(Sample.digest("b")) }).0 == .otherSet)
    func range(_ from: String?, _ below: String?) -> Waiver.Scope {
      .package(name: "qemu-system-x86", from: from, below: below)
    }
    for (scope, isIn) in [
      (range("1:10.0+ds-2", nil), true), (range("1:10.0+ds-3", nil), false),
      (range(nil, "1:10.0+ds-3"), true), (range(nil, "1:10.0+ds-2"), false),
      (.package(name: "ovmf", from: "1", below: nil), false),
    ] { #expect(try report(waiver { $0.scope = scope }).isYes == isIn) }
  }

  @Test func whatThePolicyDoesNotAskForNeedsNoWaiver() throws {
    let waiver = waiver { $0.cell = CellPattern(.scenario, "sev/policy") }
    #expect(try report(waiver, r01: Sample.contract("R01")).0 == .notAsked)
  }

  @Test func nobodyAnswersForWhatIsUnderWay() throws {
    var record = Sample.record([])
    record.underWay = [.init(run: 1, lab: "local", began: Sample.days(0))]
    let waiver = waiver { $0.seen = [FailureSign("running")] }
    let verdict = try Sample.verdict(
      Sample.policy(Requirement.Cells(contracts: ["R01"], stage: .packages)), on: record,
      waivers: [waiver])
    #expect(!verdict.isYes)
  }
}
