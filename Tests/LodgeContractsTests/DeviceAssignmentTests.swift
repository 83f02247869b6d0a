import LodgeContracts
import LodgeModel
import Testing

struct DeviceAssignmentTests {
  let contract = Contract.deviceAssignment

  @Test(arguments: Suite.allCases) func noSuiteHasTheReleaseThatBrokeIt(suite: Suite) {
    #expect(contract.cells(of: suite.evidence).allSatisfy { $0.outcome != .fail })
  }

  @Test(arguments: ["9.1.0", "9.1.3"]) func qemu91FailsForSNP(version: String) throws {
    let set = Evidence.trixie.changing(\.qemu) { $0.version = version }
    #expect(
      try contract.cell(of: set, .sevSNP).reason
        == "QEMU \(version) starts no SNP guest with an assigned device")
    let without = set.changing(\.qom) { $0.names.remove("vfio-pci") }
    #expect(try contract.outcome(of: without, .sevSNP) == .notApplicable)
  }

  @Test func aTDIsTheSubjectOfANote() throws {
    #expect(try contract.cell(of: .sid, .tdx).findings.map(\.grade) == [.info])
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom, for: .sevSNP)
    try expect(contract, needs: \.qemu, for: .sevSNP)
  }
}
