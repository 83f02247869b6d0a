import LodgeContracts
import LodgeModel
import Testing

struct KernelHashesTests {
  let contract = Contract.kernelHashes

  @Test func anImageThatTakesAndComparesPasses() throws {
    #expect(try contract.outcome(of: .sid, .sevES) == .pass)
    #expect(try contract.outcome(of: .sid, .sevSNP) == .pass)
  }

  @Test func anImageThatTakesAndDoesNotCompareFails() throws {
    let cell = try contract.cell(of: .sid, .sev)
    #expect(cell.outcome == .fail)
    #expect(cell.reason.hasPrefix("OVMF_CODE_4M.fd is claimed for SEV and takes kernel hashes"))
  }

  @Test func anImageThatComparesAndDoesNotTakeFails() throws {
    let evidence = Evidence.sid.changing(\.firmware) { $0.images[1].hashArea?.size = 100 }
    #expect(try contract.outcome(of: evidence, .sevSNP) == .fail)
  }

  @Test func anImageThatDoesNeitherIsRefusedAloudAndOnlyNoted() throws {
    let cell = try contract.cell(of: .trixie, .sev)
    #expect(cell.outcome == .pass)
    #expect(cell.findings.map(\.grade) == [.info])
  }

  @Test func anUnreadableVolumeIsAWarning() throws {
    let evidence = Evidence.sid.changing(\.firmware) { $0.images[1].verifiesKernelHashes = nil }
    #expect(try contract.cell(of: evidence, .sevSNP).findings.map(\.grade) == [.warn])
  }

  @Test func withoutClaimOrTakerItDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie, .sevSNP) == .notApplicable)
    let old = Evidence.sid.changing(\.qom) { $0.properties["sev-guest"]?["kernel-hashes"] = nil }
    #expect(try contract.outcome(of: old, .sev) == .notApplicable)
    #expect(
      try contract.outcome(of: .sid.taking(.qemu, from: .bookworm), .sevSNP) == .notApplicable)
  }

  @Test func aClaimedImageThatIsGoneHidesNoFailOfTheOthers() throws {
    let gone = Evidence.sid.changing(\.firmware) { $0.images.remove(at: 1) }
    #expect(try contract.outcome(of: gone, .sev) == .fail)
    #expect(try contract.outcome(of: gone, .sevSNP) == .notRun)
  }

  @Test func imagesDescriptorsAndObjectsAreNeeded() throws {
    try expect(contract, needs: \.firmware)
    try expect(contract, needs: \.descriptors)
    try expect(contract, needs: \.qom)
  }
}
