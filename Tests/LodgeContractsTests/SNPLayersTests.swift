import LodgeContracts
import LodgeModel
import Testing

struct SNPLayersTests {
  private let contract = Contract.snpLayers

  @Test func suitesAreOfOneAge() throws {
    #expect(try contract.cell(of: .sid).isKeptInSilence)
    #expect(try contract.cell(of: .trixie).isKeptInSilence)
    #expect(try contract.outcome(of: .bookworm) == .notApplicable)
  }

  @Test(arguments: [
    (Member.kernel, "the kernel's headers have no SNP commands, while "),
    (.qemu, "QEMU has no sev-snp-guest, while "),
    (.libvirt, "libvirt does not accept type='sev-snp', while "),
  ])
  func aLayerOfTheReleaseBeforeFails(member: Member, words: String) throws {
    let cell = try contract.cell(of: .sid.taking(member, from: .bookworm))
    #expect(cell.outcome == .fail)
    #expect(cell.reason.hasPrefix(words), "\(cell.reason)")
    #expect(cell.findings.count == 1)
  }

  @Test func firmwareThatCannotFails() throws {
    let evidence = Evidence.sid.changing(\.firmware) { firmware in
      for index in firmware.images.indices { firmware.images[index].sevMetadata = .none }
    }
    #expect(
      try contract.cell(of: evidence).reason.hasPrefix("OVMF.amdsev.fd has no SEV metadata, while ")
    )
  }

  @Test func factsAreNeeded() throws {
    try expect(contract, needs: \.uapi)
    try expect(contract, needs: \.firmware)
  }
}
