import LodgeContracts
import LodgeModel
import Testing

struct QEMUStartsTests {
  private let contract = Contract.qemuStarts

  @Test(arguments: Suite.allCases) func everySuiteStarts(suite: Suite) throws {
    #expect(try contract.cell(of: suite.evidence).isKeptInSilence)
  }

  @Test func oneThatEndsFailsWithItsWords() throws {
    let cell = try contract.cell(
      of: .sid.changing(\.start) { $0.refusal = "ended with exit code 127: no libfoo.so.1" })
    #expect(cell.outcome == .fail)
    #expect(cell.reason == "QEMU does not start: it ended with exit code 127: no libfoo.so.1")
  }

  @Test func theStartIsNeeded() throws { try expect(contract, needs: \.start) }
}
