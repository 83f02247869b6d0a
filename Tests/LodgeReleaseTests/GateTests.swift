import LodgeModel
import LodgeRelease
import Testing

struct GateTests {
  private func set(_ cells: [Cell]) throws -> Results.BuildSet {
    Results.BuildSet(
      id: try #require(Digest(String(repeating: "a", count: 64))), name: "sig", packages: 1,
      cells: cells)
  }

  private func contract(
    _ catalogue: String, _ outcome: Outcome, _ stage: Stage = .packages
  ) -> Cell {
    Cell(
      kind: .contract, id: "kernel.\(catalogue.lowercased())", catalogue: catalogue, type: .tdx,
      stage: stage, outcome: outcome, reason: "because")
  }

  private func scenario(_ id: String, _ outcome: Outcome) -> Cell {
    Cell(
      kind: .scenario, id: id, catalogue: nil, type: .sev, platform: "amd-milan-snp",
      stage: .launch, outcome: outcome, reason: "so")
  }

  private let gate = Gate(contracts: ["R0?"], scenarios: ["sev/*"], stage: .launch)

  @Test func greenAndInapplicableCellsAreAYes() throws {
    let cells = [
      contract("R01", .pass), contract("R02", .notApplicable), scenario("sev/launch", .pass),
      contract("R11", .fail), scenario("tdx/launch", .fail),
    ]
    #expect(gate.verdict(on: try set(cells)).isYes)
  }

  @Test(arguments: Outcome.allCases.filter { ![.pass, .notApplicable].contains($0) })
  func everythingElseIsAnObstacleThatNamesItsPlace(_ outcome: Outcome) throws {
    let cells = [contract("R01", outcome), scenario("sev/launch", .pass)]
    #expect(
      gate.verdict(on: try set(cells)).obstacles == [
        "\(outcome.rawValue): R01 kernel.r01 (tdx) at packages: because"
      ])
  }

  @Test func whatNobodyLookedAtIsNoYes() throws {
    #expect(!gate.verdict(on: nil).isYes)
    #expect(
      gate.verdict(on: try set([contract("R01", .pass)])).obstacles == [
        "nothing is recorded at stage launch", "nothing is recorded of scenario sev/*",
      ])
    #expect(
      gate.verdict(on: try set([scenario("sev/launch", .pass)])).obstacles == [
        "nothing is recorded of contract R0?"
      ])
    var packages = gate
    packages.stage = .packages
    #expect(packages.verdict(on: try set([contract("R01", .pass)])).isYes)
  }
}
