import LodgeContracts
import LodgeModel
import Testing

struct SNPMetadataTests {
  let contract = Contract.snpMetadata

  @Test func theImageBuiltForSEVPasses() throws {
    #expect(try contract.outcome(of: .sid) == .pass)
  }

  @Test func anImageThatNobodyClaimsIsOnlyNoted() throws {
    let notes = try contract.cell(of: .sid).findings
    #expect(notes.allSatisfy { $0.grade == .info })
    #expect(notes.contains { $0.summary.hasPrefix("OVMF.inteltdx.ms.fd has an empty SEV section") })
  }

  @Test func theTDXImageClaimedForSNPFails() throws {
    let evidence = Evidence.sid.changing(\.descriptors) {
      $0.descriptors[0].filename = "/usr/share/ovmf/OVMF.inteltdx.ms.fd"
    }
    let cell = try contract.cell(of: evidence)
    #expect(cell.outcome == .fail)
    #expect(cell.reason == "OVMF.inteltdx.ms.fd has an empty SEV section of type 4")
  }

  @Test func anImageWithoutMetadataFails() throws {
    let evidence = Evidence.sid.changing(\.firmware) { $0.images[1].sevMetadata = .none }
    #expect(try contract.cell(of: evidence).reason == "OVMF.amdsev.fd has no SEV metadata")
  }

  @Test(arguments: Flaw.allCases)
  func aFlawFails(flaw: Flaw) throws {
    let evidence = Evidence.sid.changing(\.firmware) { firmware in
      guard case .sections(let version, var sections) = firmware.images[1].sevMetadata else {
        return
      }
      flaw.apply(&sections)
      firmware.images[1].sevMetadata = .sections(version: version, sections)
    }
    let cell = try contract.cell(of: evidence)
    #expect(cell.outcome == .fail)
    #expect(cell.findings.contains { $0.summary.contains(flaw.rawValue) }, "\(cell.findings)")
  }

  @Test func withoutAClaimItDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
  }

  @Test func imagesAndDescriptorsAreNeeded() throws {
    try expect(contract, needs: \.firmware)
    try expect(contract, needs: \.descriptors)
  }

  /// A flaw in SEV metadata, by the words that name it.
  enum Flaw: String, CaseIterable {
    case noSecrets = "has 0 secrets sections"
    case twoCPUIDs = "has 2 cpuid sections"
    case largeSecrets = "a secrets section that is no page"
    case cpuidAtZero = "a cpuid section that is no page"
    case unaligned = "not page-aligned"
    case overlap = "overlap at 0x80a000"
    case endless = "overlap at 0x80d000"
    case overImage = "overlaps the image itself at 0xffff0000"

    func apply(_ sections: inout [FirmwareImage.SEVSection]) {
      switch self {
      case .noSecrets: sections.removeAll { $0.type == 2 }
      case .twoCPUIDs: sections[4].type = 3
      case .largeSecrets: sections[2].size = 0x2000
      case .cpuidAtZero: sections[3].base = 0
      case .unaligned: sections[0].size -= 1
      case .overlap: sections[0].size = 0xb000
      case .endless: sections[1].size = .max
      case .overImage: sections[0].base = 0xffff_0000
      }
    }
  }
}
