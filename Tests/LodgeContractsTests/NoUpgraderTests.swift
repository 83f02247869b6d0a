import LodgeContracts
import LodgeModel
import Testing

struct NoUpgraderTests {
  let contract = Contract.noUpgrader

  @Test(arguments: Suite.allCases) func theSuitesHaveNone(suite: Suite) throws {
    #expect(try contract.cell(of: suite.evidence).findings == [])
  }

  @Test func anUpgraderIsWarnedOfWithItsFile() throws {
    let evidence = Evidence.sid.changing(\.hostSettings) {
      $0.upgraders = [
        .init(
          name: "unattended-upgrades", words: "is there and APT::Periodic::Unattended-Upgrade is 1",
          source: Source(file: "etc/apt/apt.conf.d/20auto-upgrades"))
      ]
    }
    let cell = try contract.cell(of: evidence)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(cell.findings.map(\.where) == ["etc/apt/apt.conf.d/20auto-upgrades"])
    #expect(cell.findings.map(\.remedy) == [contract.remedy])
  }

  @Test func withoutSettingsItIsNotRun() throws {
    try expect(contract, needs: \.hostSettings)
  }
}
