import Foundation
import LodgeModel
import LodgeRelease
import Testing

struct GateTests {
  private let contracts = Requirement.Cells(contracts: ["R01"], stage: .packages)

  private func state(
    _ cells: Requirement.Cells, _ observations: [Observation],
    baselines: [String: SetRecord] = [:]
  ) throws -> Standing {
    let verdict = try Sample.verdict(
      Sample.policy(cells), on: Sample.record(observations), baselines: baselines)
    #expect(verdict.standings.count == 1)
    return try #require(verdict.standings.first)
  }

  @Test(arguments: [
    (Outcome.pass, Standing.State.passed), (.notApplicable, .notApplicable), (.fail, .failed),
    (.error, .errored), (.blocked, .blocked), (.notRun, .notRun),
  ])
  func eachOutcomeIsToldApart(_ outcome: Outcome, _ state: Standing.State) throws {
    let standing = try self.state(contracts, [Sample.seen(Sample.contract("R01", outcome))])
    #expect(standing.state == state)
    #expect(standing.isObstacle == ![.pass, .notApplicable].contains(outcome))
    #expect(standing.next.isEmpty == !standing.isObstacle)
    #expect(standing.source?.run == 1)
  }

  @Test func whatNobodyRecordedIsMissingAndNeverAYes() throws {
    let standing = try state(contracts, [Sample.seen(Sample.contract("R02"))])
    #expect(standing.state == .missing)
    #expect(standing.next == "lodge run MATRIX --set candidate --contract R01")
    let verdict = try Sample.verdict(Sample.policy(contracts), on: Sample.record([]))
    #expect(!verdict.isYes && verdict.exitCode == .nothingJudged)
  }

  @Test func aRunThatIsUnderWayIsNotTakenForMissing() throws {
    var record = Sample.record([])
    record.underWay = [.init(run: 7, lab: "local", began: Sample.days(0))]
    let verdict = try Sample.verdict(Sample.policy(contracts), on: record)
    #expect(verdict.standings.map(\.state) == [.running])
    #expect(verdict.standings.first?.reason.contains("run 7") == true)
    record.observations = [Sample.seen(Sample.contract("R01", .fail))]
    #expect(
      try Sample.verdict(Sample.policy(contracts), on: record).standings.map(\.state) == [.failed])
    record.observations = [Sample.seen(Sample.contract("R01"))]
    #expect(try Sample.verdict(Sample.policy(contracts), on: record).isYes)
  }

  @Test func aPolicySaysWhatNotRunAndBlockedMean() throws {
    var cells = contracts
    (cells.notRun, cells.blocked) = (.accepted, .accepted)
    for outcome in [Outcome.notRun, .blocked] {
      #expect(
        try state(cells, [Sample.seen(Sample.contract("R01", outcome))]).state == .accepted)
    }
    cells.notApplicable = .unsatisfied
    #expect(
      try state(cells, [Sample.seen(Sample.contract("R01", .notApplicable))]).state
        == .notPromised)
  }

  @Test func whatIsTooOldOrFromTheFutureIsNoYes() throws {
    var cells = contracts
    cells.fresh = 86_400
    let pass = Sample.contract("R01")
    #expect(try state(cells, [Sample.seen(pass, at: Sample.days(0.9))]).state == .passed)
    #expect(try state(cells, [Sample.seen(pass, at: Sample.days(1.1))]).state == .stale)
    #expect(try state(cells, [Sample.seen(pass, at: Sample.days(-1))]).state == .fromTheFuture)
    #expect(try state(cells, [Sample.seen(pass, at: Sample.days(-0.001))]).state == .passed)
  }

  @Test func onlyTheLabsThatThePolicyNamesCount() throws {
    var cells = contracts
    cells.labs = ["metal-*"]
    let pass = Sample.contract("R01")
    let here = Sample.seen(pass)
    let there = Sample.seen(pass, run: 2, lab: "metal-1")
    #expect(try state(cells, [here]).state == .missing)
    #expect(try state(cells, [here]).reason.contains("lab local saw it"))
    #expect(try state(cells, [here, there]).source?.lab == "metal-1")
  }

  @Test func aFailureInOneLabIsNotOutvotedByAPassInAnother() throws {
    let standing = try state(
      contracts,
      [
        Sample.seen(Sample.contract("R01", .fail)),
        Sample.seen(Sample.contract("R01"), run: 2, lab: "other"),
      ])
    #expect(standing.state == .failed)
    #expect(standing.reason.contains("lab other saw it pass in run 2"))
  }

  @Test func aLowerStageNeverFillsAHigherOne() throws {
    let cells = Requirement.Cells(scenarios: ["sev/policy[es]"], stage: .metal)
    let launch = Sample.seen(Sample.scenario("sev/policy[es]"))
    let standing = try state(cells, [launch])
    #expect(standing.state == .missing)
    #expect(standing.reason.contains("up to stage launch only"))
    #expect(standing.next.contains("import a bundle"))
    let metal = Sample.seen(Sample.scenario("sev/policy[es]", stage: .metal), run: 2, lab: "m")
    #expect(try state(cells, [launch, metal]).state == .passed)
    var lower = cells
    lower.stage = .launch
    #expect(try state(lower, [metal]).state == .passed)
  }

  @Test func aFailureCountsAtWhateverStageItWasSeen() throws {
    let failed = Sample.seen(Sample.contract("R01", .fail, stage: .metal))
    let verdict = try Sample.verdict(
      Sample.policy(contracts), on: Sample.record([Sample.seen(Sample.contract("R01")), failed]))
    #expect(verdict.standings.map(\.state) == [.passed, .failed])
    let scenario = Requirement.Cells(scenarios: ["sev/policy[es]"], stage: .metal)
    let states = try Sample.verdict(
      Sample.policy(scenario),
      on: Sample.record([
        Sample.seen(Sample.scenario("sev/policy[es]", .fail)),
        Sample.seen(Sample.scenario("sev/policy[es]", stage: .metal)),
      ])
    ).standings.map(\.state)
    #expect(states == [.passed, .failed])
  }

  @Test func contractsAreAskedForWhereverTheyAreJudgedUpToTheStage() throws {
    let cells = Requirement.Cells(contracts: ["R02"], stage: .metal)
    let record = Sample.record([Sample.seen(Sample.contract("R02"))])
    #expect(
      try Sample.verdict(Sample.policy(cells), on: record).standings.map(\.state)
        == [.passed, .missing])
    let silent = Sample.record([Sample.seen(Sample.contract("R02", .notApplicable))])
    #expect(try Sample.verdict(Sample.policy(cells), on: silent).isYes)
  }

  @Test func comparisonsCountOnlyAgainstTheBaselineOfThePolicy() throws {
    var cells = Requirement.Cells(contracts: ["R09"], stage: .packages)
    cells.against = "released"
    let released = Sample.record([], id: "b", name: "released")
    let pass = Sample.contract("R09")
    let seen = { (baseline: Digest?) in [Sample.seen(pass, against: baseline)] }
    let baselines = ["released": released]
    #expect(try state(cells, seen(released.id), baselines: baselines).state == .passed)
    #expect(try state(cells, seen(nil), baselines: baselines).state == .otherBaseline)
    let other = try state(cells, seen(Sample.digest("c")), baselines: baselines)
    #expect(other.state == .otherBaseline && other.next.hasSuffix("--against released"))
    #expect(try state(cells, seen(released.id)).state == .otherBaseline)
    cells.contracts = ["R01"]
    #expect(try state(cells, [Sample.seen(Sample.contract("R01"))]).state == .passed)
  }

  @Test func aFailureThatTheBaselineHasAlikeIsKnownWhereOnlyNewOnesCount() throws {
    var cells = contracts
    (cells.against, cells.failures) = ("released", .new)
    let failed = [Sample.seen(Sample.contract("R01", .fail, says: "QEMU 10.0.2 takes 5"))]
    func baseline(_ cell: Cell) -> [String: SetRecord] {
      ["released": Sample.record([Sample.seen(cell)], id: "b", name: "released")]
    }
    let alike = baseline(Sample.contract("R01", .fail, says: "QEMU 9.2.1 takes 5"))
    #expect(try state(cells, failed, baselines: alike).state == .known)
    let other = baseline(Sample.contract("R01", .fail, says: "QEMU 9.2.1 takes 6"))
    #expect(try state(cells, failed, baselines: other).state == .failed)
    #expect(
      try state(cells, failed, baselines: baseline(Sample.contract("R01"))).state == .failed)
    #expect(try state(cells, failed).state == .failed)
  }

  @Test func everyMemberMustOfferTheTypesOfThePolicy() throws {
    let policy = Sample.policy([Requirement(id: "types", subject: .offers([.tdx]))])
    var record = Sample.record([Sample.seen(Sample.contract("R01"))])
    record.support = Member.allCases.map {
      Support(type: .tdx, member: $0, answer: .offered, reason: "seen")
    }
    #expect(try Sample.verdict(policy, on: record).isYes)
    record.support[0].answer = .notOffered
    record.support[1].answer = .unknown
    record.support.removeLast()
    let verdict = try Sample.verdict(policy, on: record)
    #expect(verdict.standings.map(\.state) == [.notOffered, .missing, .passed, .missing])
    #expect(verdict.exitCode == .failed)
  }

  // MARK: policies that give no verdict

  private func failure(_ policy: Policy, on record: SetRecord = Sample.record([])) -> PolicyFailure?
  {
    #expect(throws: PolicyFailure.self) { try Sample.verdict(policy, on: record) }
  }

  @Test func aPatternThatMeansNothingIsAnErrorAndNoYes() throws {
    for cells in [
      Requirement.Cells(contracts: ["R01", "R77"], stage: .packages),
      Requirement.Cells(contracts: ["R01"], types: [.sev], stage: .packages),
      Requirement.Cells(contracts: ["R01"], types: [.tdx, .sev], stage: .packages),
      Requirement.Cells(scenarios: ["sev/*"], platforms: ["intel-*"], stage: .launch),
      Requirement.Cells(contracts: ["R01"], except: ["R02"], stage: .packages),
      Requirement.Cells(contracts: ["R01"], except: ["R01"], stage: .packages),
    ] {
      guard case .fitsNothing = failure(Sample.policy(cells)) else {
        Issue.record("\(cells) gave a verdict")
        continue
      }
    }
    let near = Sample.policy(Requirement.Cells(contracts: ["kernel.r0l"], stage: .packages))
    #expect(failure(near)?.description.contains("did you mean kernel.r01?") == true)
  }

  @Test func whatIsLeftOutIsNotAskedFor() throws {
    let cells = Requirement.Cells(contracts: ["*"], except: ["R02", "R09"], stage: .packages)
    #expect(
      try Sample.verdict(
        Sample.policy(cells), on: Sample.record([Sample.seen(Sample.contract("R01"))])
      ).isYes)
  }

  @Test func requirementsThatContradictEachOtherAreAnError() throws {
    func pair(_ change: (inout Requirement.Cells) -> Void) -> Policy {
      var other = contracts
      change(&other)
      return Sample.policy([
        Requirement(id: "one", subject: .cells(contracts)),
        Requirement(id: "two", subject: .cells(other)),
      ])
    }
    for policy in [
      pair { $0.notRun = .accepted }, pair { $0.blocked = .accepted },
      pair { $0.notApplicable = .unsatisfied },
      pair { ($0.against, $0.failures) = ("released", .new) },
    ] {
      guard case .contradiction("one", "two", _, _) = failure(policy) else {
        Issue.record("a contradiction gave a verdict")
        continue
      }
    }
    let fine = pair { $0.fresh = 60 }
    #expect(try Sample.verdict(fine, on: Sample.record([])).standings.count == 2)
  }

  @Test func aPolicyThatIsNotInForceOrForOtherSetsGivesNoVerdict() throws {
    let future = Validity(from: Sample.now + 1)
    let past = Validity(until: Sample.now)
    for validity in [future, past] {
      var policy = Sample.policy(contracts)
      policy.validity = validity
      guard case .notInForce = failure(policy) else {
        Issue.record("a policy that is not in force gave a verdict")
        continue
      }
      let resting = Sample.policy([
        Requirement(id: "one", subject: .cells(contracts), validity: validity)
      ])
      #expect(failure(resting) == .nothingInForce(policy: "release", at: Sample.now))
    }
    var policy = Sample.policy(contracts)
    policy.sets = ["released"]
    guard case .otherSet = failure(policy) else {
      Issue.record("a policy for other sets gave a verdict")
      return
    }
  }

  @Test func aRequirementThatRestsIsNamed() throws {
    let policy = Sample.policy([
      Requirement(id: "one", subject: .cells(contracts)),
      Requirement(
        id: "two", subject: .cells(contracts), validity: Validity(from: Sample.now + 60)),
    ])
    let verdict = try Sample.verdict(
      policy, on: Sample.record([Sample.seen(Sample.contract("R01"))]))
    #expect(verdict.isYes && verdict.resting == ["two"])
  }
}
