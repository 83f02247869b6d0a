import LodgeModel
import Testing

/// Contracts that measured launches show.
struct ContractMeasurementsTests {
  /// Fails, and says how many launches it was shown of which type.
  private let measured = Contract(
    id: "set.test", catalogue: "R98", claim: "it is so", from: [.kernel], to: [.libvirt],
    basis: "b", remedy: "r", knownCase: "k", types: [.sev, .tdx],
    judges: [
      .launches([]) { type, launches, _ in
        let before = launches.before?.launches.count ?? 0
        return .judged([
          Finding(
            .fail, "\(launches.launches.count) of \(type.title), \(before) before", where: "w")
        ])
      }
    ])

  /// Judged by the packages too; what was measured needs the QEMU binary.
  private let twice = Contract(
    id: "kernel.test", catalogue: "R97", claim: "it is so", from: [.kernel], to: [.qemu],
    basis: "b", remedy: "r", knownCase: "k", types: [.sev],
    judges: [
      .facts([.qemu]) { _, _ throws(MissingFact) in .notApplicable("packages do not tell") },
      .launches([.qemu]) { _, _, facts throws(MissingFact) in
        _ = try facts.qemu
        return .kept
      },
    ])

  private let evidence: Evidence = {
    var evidence = Evidence()
    evidence.qemu = .found(
      QEMUBuild(version: "11.1.3", packageVersion: "", source: Source(file: "usr/bin/qemu")))
    return evidence
  }()

  private func scenario(
    _ outcome: Outcome, _ type: DomainType = .sev, kind: Cell.Kind = .scenario
  ) -> Cell {
    Cell(
      kind: kind, id: "sev/a", catalogue: nil, type: type, platform: "milan", stage: .launch,
      outcome: outcome, reason: "it is so")
  }

  private func cells(
    _ contract: Contract, of launches: [SetLaunches.Launch] = [], among cells: [Cell] = []
  ) -> [Cell] {
    contract.cells(ofMeasured: SetLaunches(launches), among: cells, evidence: evidence)
  }

  @Test func launchesOfATypeAreJudgedTogetherOnAllPlatforms() throws {
    let found = cells(
      measured,
      of: [
        .made("sev/a", .made(of: .sev)), .made("sev/a", on: "rome", .made(of: .sev)),
        .made("sev-snp/a", .made(of: .sevSNP)),
      ], among: [scenario(.pass)])
    let cell = try #require(found.first)
    #expect(found.count == 1)
    #expect(cell.kind == .contract && cell.id == "set.test" && cell.catalogue == "R98")
    #expect(cell.type == .sev && cell.platform == nil && cell.stage == .launch)
    #expect(cell.outcome == .fail && cell.reason == "2 of SEV, 0 before")
    #expect(cell.findings.map(\.where) == ["w"])
  }

  @Test func theJudgeIsShownWhatTheSetBeforeHasOfTheType() {
    let launch = SetLaunches.Launch.made("tdx/a", .made(of: .tdx))
    let other = SetLaunches.Launch.made("sev/a", .made(of: .sev))
    let found = measured.cells(
      ofMeasured: SetLaunches(
        [launch], before: .init(name: "sid 1", launches: [launch, other, other])),
      among: [], evidence: evidence)
    #expect(found.map(\.reason) == ["1 of TDX, 1 before"])
  }

  @Test(arguments: [
    [Outcome.fail], [.pass, .fail], [.blocked, .notApplicable], [.notRun],
    [.error, .notApplicable],
  ])
  func whereNothingWasMeasuredItIsNotRun(_ outcomes: [Outcome]) {
    let found = cells(measured, among: outcomes.map { scenario($0) })
    #expect(found.map(\.outcome) == [.notRun] && found.map(\.type) == [.sev])
    #expect(found.first?.stage == .launch && found.first?.catalogue == "R98")
    #expect(
      found.first?.reason == "no SEV domain was launched to its end, so that none was measured")
  }

  /// What passes without a measurement is about refusals, which every set can give.
  @Test func whereNoScenarioLaunchesTheTypeItDoesNotApply() {
    let found = cells(
      measured, among: [scenario(.notApplicable), scenario(.pass), scenario(.blocked, .tdx)])
    #expect(found.map(\.type) == [.sev, .tdx])
    #expect(found.map(\.outcome) == [.notApplicable, .notRun])
    #expect(found.first?.reason == "nothing that ran launches a SEV domain to its end")
  }

  @Test func whereNothingOfTheTypeWasAskedNothingIsSaid() {
    #expect(cells(measured).isEmpty)
    #expect(cells(measured, among: [scenario(.pass, .sevSNP)]).isEmpty)
    #expect(cells(measured, among: [scenario(.pass, kind: .contract)]).isEmpty)
  }

  @Test func aContractOfFactsIsJudgedOnceMoreByWhatWasMeasured() {
    let found = cells(twice, of: [.made("sev/a", .made(of: .sev))])
    #expect(found.map(\.outcome) == [.pass] && found.map(\.stage) == [.launch])
    #expect(found.map(\.reason) == ["it is so"])
    let packages = twice.cells(of: evidence)
    #expect(packages.map(\.outcome) == [.notApplicable] && packages.map(\.stage) == [.packages])
  }

  @Test func aFactThatCannotBeReadIsAnErrorAndAMissingOneIsNotRun() {
    func cell(_ fact: Fact<QEMUBuild>) -> Cell? {
      var evidence = evidence
      evidence.qemu = fact
      return twice.cells(
        ofMeasured: SetLaunches([.made("sev/a", .made(of: .sev))]), among: [], evidence: evidence
      ).first
    }
    let (unreadable, absent) = (cell(.unreadable("bad bytes")), cell(.absent("nothing there")))
    #expect(unreadable?.outcome == .error && absent?.outcome == .notRun)
    #expect(unreadable?.reason == "cannot read QEMU binary: bad bytes")
    #expect(absent?.reason == "no QEMU binary: nothing there")
  }

  @Test func whatMeasurementsDoNotDecideIsNotAskedOfThem() {
    let packages = Contract(
      id: "kernel.other", catalogue: "R96", claim: "it is so", from: [.kernel], to: [.qemu],
      basis: "b", remedy: "r", knownCase: "k", types: [.sev], reads: [.qemu],
      judge: { _, _ throws(MissingFact) in .kept })
    let launched = Contract(
      id: "qemu.other", catalogue: "R95", claim: "it is so", from: [.qemu], to: [.libvirt],
      basis: "b", remedy: "r", knownCase: "k", types: [.sev], judges: [.scenarios(["sev/a"])])
    for contract in [packages, launched] {
      let found = cells(
        contract, of: [.made("sev/a", .made(of: .sev))], among: [scenario(.pass)])
      #expect(found.isEmpty)
    }
    #expect(measured.cells(of: evidence).isEmpty)
    #expect(measured.cells(ofLaunched: [scenario(.pass)]).isEmpty)
  }
}
