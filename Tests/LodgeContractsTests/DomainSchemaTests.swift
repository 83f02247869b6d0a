import LodgeContracts
import LodgeModel
import Testing

struct DomainSchemaTests {
  private let contract = Contract.domainSchema

  @Test(arguments: Suite.allCases) func everySuiteIsWhole(suite: Suite) throws {
    #expect(try contract.cell(of: suite.evidence).isKeptInSilence)
  }

  @Test func eachFlawFails() throws {
    let cell = try contract.cell(
      of: .sid.changing(\.launchSecurity) { $0.flaws = ["there is no domain.rng", "more"] })
    #expect(cell.outcome == .fail && cell.findings.count == 2)
    #expect(
      cell.reason
        == "libvirt cannot validate domains for confidential guests: there is no domain.rng")
  }

  @Test func theSchemaIsNeeded() throws { try expect(contract, needs: \.launchSecurity) }
}
