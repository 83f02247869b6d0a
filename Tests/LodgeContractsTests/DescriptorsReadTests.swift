import LodgeContracts
import LodgeModel
import Testing

struct DescriptorsReadTests {
  private let contract = Contract.descriptorsRead

  @Test(arguments: Suite.allCases) func everySuiteIsRead(suite: Suite) throws {
    #expect(try contract.cell(of: suite.evidence).isKeptInSilence)
  }

  @Test func aFileThatIsNoneFails() throws {
    let source = Source(file: "usr/share/qemu/firmware/10-bad.json", package: "ovmf 1")
    let cell = try contract.cell(
      of: .sid.changing(\.descriptors) {
        $0.broken = [BrokenDescriptor(source: source, reason: "no key mapping")]
      })
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason
        == "10-bad.json is no firmware descriptor, and libvirt drops it: no key mapping")
  }

  @Test func descriptorsAreNeeded() throws { try expect(contract, needs: \.descriptors) }
}
