import LodgeContracts
import LodgeModel
import Testing

struct DescriptorMappingTests {
  let contract = Contract.descriptorMapping

  @Test(arguments: ["memory", "igvm"])
  func firmwareInMemoryPasses(device: String) throws {
    let evidence = Evidence.sid.changing(\.descriptors) { $0.descriptors[0].device = device }
    #expect(try contract.outcome(of: evidence, .sevSNP) == .pass)
  }

  @Test func firmwareAsFlashFailsForItsTypeAlone() throws {
    let cells = contract.cells(
      of: .sid.changing(\.descriptors) { $0.descriptors[0].device = "flash" })
    #expect(cells.map(\.outcome) == [.fail, .pass])
    #expect(cells[0].reason.hasPrefix("60-edk2-x86_64-amdsev.json claims SEV-SNP, but maps"))
  }

  @Test func flashForSEVIsNotItsBusiness() throws {
    #expect(try contract.outcome(of: .trixie, .sevSNP) == .notApplicable)
  }

  @Test func descriptorsAreNeeded() throws {
    try expect(contract, needs: \.descriptors)
  }
}
