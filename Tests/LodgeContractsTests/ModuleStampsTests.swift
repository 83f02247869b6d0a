import LodgeContracts
import LodgeModel
import Testing

struct ModuleStampsTests {
  let contract = Contract.moduleStamps

  @Test(arguments: Suite.allCases) func eachSuitesModulesAreOfItsBuild(suite: Suite) throws {
    #expect(try contract.outcome(of: suite.evidence) == .pass)
  }

  @Test(arguments: [String?.none, "another build"])
  func aModuleOfAnotherBuildFails(stamp: String?) throws {
    let cell = try contract.cell(of: .sid.changing(\.qemuModules) { $0.modules[0].stamp = stamp })
    #expect(cell.outcome == .fail)
    #expect(cell.findings.count == 1)
  }

  @Test func aQEMUWithoutModulesPromisesNothing() throws {
    #expect(
      try contract.outcome(of: .sid.changing(\.qemuModules) { $0.stamp = nil }) == .notApplicable)
    #expect(
      try contract.outcome(of: .sid.changing(\.qemuModules) { $0.modules = [] }) == .pass)
  }

  @Test func missingFactsAreNamed() throws { try expect(contract, needs: \.qemuModules) }
}
