import LodgeContracts
import LodgeModel
import Testing

struct ConfidentialGuestSupportTests {
  let contract = Contract.confidentialGuestSupport

  private func calling(_ option: String, isBinary: Bool = false) -> Evidence {
    .sid.changing(\.callers) {
      $0.callers.append(
        .init(source: Source(file: "usr/bin/start-guest"), options: [option], isBinary: isBinary))
    }
  }

  @Test(arguments: Suite.allCases) func eachSuiteHasTheProperty(suite: Suite) {
    #expect(contract.cells(of: suite.evidence).flatMap(\.findings).isEmpty)
  }

  @Test func aMachineWithoutItFails() {
    let cells = contract.cells(
      of: .sid.changing(\.qom) {
        $0.properties["pc-q35-11.1-machine"]?["confidential-guest-support"] = nil
      })
    #expect(cells.allSatisfy { $0.outcome == .fail })
  }

  @Test func aCallerThatWritesTheOldNameIsWarnedOfOnce() throws {
    let cells = contract.cells(of: calling("memory-encryption="))
    #expect(cells.flatMap(\.findings).map(\.grade) == [.warn])
    let older = calling("memory-encryption=").changing(\.qemu) { $0.version = "10.0.0" }
    #expect(contract.cells(of: older).flatMap(\.findings).isEmpty)
  }

  @Test func aCallerOfANameThatIsGoneFails() throws {
    let set = calling("memory-encryption=").changing(\.qom) {
      $0.properties["pc-q35-11.1-machine"]?["memory-encryption"] = nil
    }
    #expect(try contract.outcome(of: set, .sev) == .fail)
    #expect(try contract.outcome(of: set, .tdx) == .pass)
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom, for: .tdx)
    try expect(contract, needs: \.machines, for: .tdx)
  }
}
