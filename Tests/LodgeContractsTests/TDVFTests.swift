import LodgeContracts
import LodgeModel
import Testing

struct TDVFTests {
  let contract = Contract.tdvf

  @Test func theImageBuiltForTDXPasses() throws {
    #expect(try contract.outcome(of: .sid) == .pass)
  }

  @Test func aSplitImageNamesDataBeyondItsEnd() throws {
    let evidence = Evidence.sid.changing(\.descriptors) {
      $0.descriptors[1].filename = "/usr/share/OVMF/OVMF_CODE_4M.fd"
    }
    let cell = try contract.cell(of: evidence)
    #expect(
      cell.reason == "OVMF_CODE_4M.fd has a TDVF section of type 0 that reaches beyond the file")
  }

  @Test(arguments: Flaw.allCases)
  func aFlawFails(flaw: Flaw) throws {
    let cell = try contract.cell(of: Evidence.sid.withTDVF(flaw.apply))
    #expect(cell.outcome == .fail)
    #expect(cell.reason.contains(flaw.rawValue), "\(cell.reason)")
  }

  @Test func malformedMetadataFails() throws {
    let evidence = Evidence.sid.changing(\.firmware) {
      $0.images[3].tdvf = .malformed("no signature")
    }
    #expect(
      try contract.cell(of: evidence).reason
        == "OVMF.inteltdx.ms.fd has malformed TDVF metadata: no signature")
  }

  @Test func numbersAtTheEdgeOfTheirTypesDoNotTrap() throws {
    let evidence = Evidence.sid.withTDVF { sections in
      sections[0].dataOffset = .max
      sections[0].rawSize = .max
      sections[0].address = .max
      sections[0].memorySize = .max
    }
    #expect(try contract.outcome(of: evidence) == .fail)
  }

  @Test func withoutAClaimItDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
  }

  @Test func imagesAndDescriptorsAreNeeded() throws {
    try expect(contract, needs: \.firmware)
    try expect(contract, needs: \.descriptors)
    let gone = Evidence.sid.changing(\.firmware) { $0.images.remove(at: 3) }
    #expect(
      try contract.cell(of: gone).reason
        == "no firmware images: /usr/share/ovmf/OVMF.inteltdx.ms.fd, which "
        + "60-edk2-x86_64-inteltdx.json names, is not in the root")
  }

  /// A flaw in TDVF metadata, by the words that name it.
  enum Flaw: String, CaseIterable {
    case unsupportedType = "unsupported type 5"
    case noHandOff = "has 0 TD_HOB sections"
    case twoHandOffs = "has 2 TD_HOB sections"
    case handOffWithData = "of type 2 with 4096 bytes of data"
    case codeWithoutData = "of type 0 with 0 bytes of data"
    case unaligned = "not page-aligned"
    case moreDataThanMemory = "more data than memory"
    case misplaced = "but TDVF places it at"
    case lonely = "fewer than two"
    case tooHigh = "of type 3 that ends above 4 GiB"
    case empty = "an empty TDVF section of type 2"
    case unattested = "not extended into MRTD"
    case otherData = "whose data are not those at the end of the file"

    func apply(_ sections: inout [FirmwareImage.TDVFSection]) {
      switch self {
      case .unsupportedType: sections[2].type = 5
      case .noHandOff: sections.remove(at: 3)
      case .twoHandOffs: sections[2].type = 2
      case .handOffWithData: sections[3].rawSize = 4096
      case .codeWithoutData: sections[0].rawSize = 0
      case .unaligned: sections[2].address += 1
      case .moreDataThanMemory: sections[1].memorySize = 4096
      case .misplaced: sections[1].address -= 4096
      case .lonely: sections.removeSubrange(1...)
      case .tooHigh: sections[2].address = 1 << 32
      case .empty: sections[3].memorySize = 0
      case .unattested: sections[0].attributes = 0
      case .otherData: sections[0].dataOffset -= 4096
      }
    }
  }
}

extension Evidence {
  /// Unstable with the sections of its TDX image changed.
  fileprivate func withTDVF(_ change: (inout [FirmwareImage.TDVFSection]) -> Void) -> Self {
    changing(\.firmware) { firmware in
      guard case .sections(let version, var sections) = firmware.images[3].tdvf else { return }
      change(&sections)
      firmware.images[3].tdvf = .sections(version: version, sections)
    }
  }
}
