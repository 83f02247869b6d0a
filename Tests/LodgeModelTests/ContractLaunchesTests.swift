import LodgeModel
import Testing

/// Contracts that only a launch shows.
struct ContractLaunchesTests {
  private let contract = Contract(
    id: "qemu.test", catalogue: "R99", claim: "it is so", from: [.qemu], to: [.libvirt],
    basis: "b", remedy: "mend it", knownCase: "k", types: [.sev, .tdx],
    judges: [.scenarios(["sev/test"])])

  private func cell(
    _ id: String, _ outcome: Outcome, _ type: DomainType = .sev, on platform: String = "milan"
  ) -> Cell {
    Cell(
      kind: .scenario, id: id, catalogue: nil, type: type, platform: platform, stage: .launch,
      outcome: outcome, reason: "\(id) is \(outcome.rawValue)",
      layer: outcome == .fail ? .qemu : nil,
      findings: outcome == .fail ? [Finding(.fail, "broken", where: "w", remedy: "try")] : [])
  }

  @Test(arguments: [
    ([Outcome.pass, .notApplicable], Outcome.pass), ([.pass, .notRun], .notRun),
    ([.error, .pass], .error), ([.error, .fail, .pass], .fail), ([.notApplicable], .notApplicable),
    ([.blocked, .notRun], .blocked),
  ])
  func aPromiseIsAsGoodAsTheWorstOfItsCases(_ outcomes: [Outcome], _ expected: Outcome) {
    let cells = outcomes.enumerated().map { cell("sev/test[\($0)]", $1) }
    let judged = contract.cells(ofLaunched: cells)
    #expect(judged.map(\.outcome) == [expected])
    #expect(judged.first?.kind == .contract && judged.first?.catalogue == "R99")
    #expect(judged.first?.stage == .launch && judged.first?.platform == "milan")
  }

  @Test func aBrokenOneSaysWhatHappenedAndWhatToDo() {
    let judged = contract.cells(ofLaunched: [cell("sev/test", .fail), cell("sev/test", .pass)])
    #expect(judged.first?.reason == "sev/test is fail" && judged.first?.layer == .qemu)
    #expect(judged.first?.findings.map(\.remedy) == ["mend it"])
    let silent = contract.cells(ofLaunched: [
      Cell(
        kind: .scenario, id: "sev/test", catalogue: nil, type: .sev, stage: .launch,
        outcome: .fail, reason: "why")
    ])
    #expect(silent.first?.findings.map(\.summary) == ["why"])
  }

  @Test func aKeptOneSaysItsClaim() {
    let judged = contract.cells(ofLaunched: [cell("sev/test", .pass)])
    #expect(judged.first?.reason == "it is so" && judged.first?.findings == [])
  }

  @Test func typesAndPlatformsHaveCellsOfTheirOwn() {
    let judged = contract.cells(ofLaunched: [
      cell("sev/test", .pass), cell("sev/test", .fail, on: "rome"), cell("sev/test", .pass, .tdx),
      cell("sev/test", .fail, .plain), cell("sev/other", .fail), cell("sev/testing", .fail),
    ])
    #expect(judged.map(\.type) == [.sev, .sev, .tdx])
    #expect(judged.map(\.platform) == ["milan", "rome", "milan"])
    #expect(judged.map(\.outcome) == [.pass, .fail, .pass])
  }

  @Test func withoutItsScenarioNothingIsSaid() {
    #expect(contract.cells(ofLaunched: [cell("sev/other", .fail)]).isEmpty)
    #expect(contract.cells(of: Evidence()).isEmpty)
  }
}
