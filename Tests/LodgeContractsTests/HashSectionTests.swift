import LodgeContracts
import LodgeModel
import Testing

struct HashSectionTests {
  let contract = Contract.hashSection

  @Test func anAreaInItsSectionPasses() throws {
    #expect(try contract.cell(of: .sid).isKeptInSilence)
  }

  @Test(arguments: Flaw.allCases) func anAreaWithoutASectionAroundItFails(flaw: Flaw) throws {
    let cell = try contract.cell(of: .sid.withSections(ofImage: 1, flaw.apply))
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "OVMF.amdsev.fd has an area for kernel hashes at 0x810c00, and no SEV section "
        + "KERNEL_HASHES around it: an SNP guest is not given them")
    #expect(
      cell.findings.map(\.where) == [
        "ovmf 2026.08+ds-2: usr/share/ovmf/OVMF.amdsev.fd: SEV metadata"
      ])
    #expect(cell.findings.map(\.remedy) == [contract.remedy])
  }

  @Test(arguments: [nil, FirmwareImage.Area(base: 0, size: 0)])
  func anImageWithoutAnAreaNeedsNoSection(area: FirmwareImage.Area?) throws {
    let evidence = Evidence.sid.withSections(ofImage: 1, Flaw.missing.apply)
      .changing(\.firmware) { $0.images[1].hashArea = area }
    #expect(try contract.cell(of: evidence).isKeptInSilence)
  }

  @Test func anImageThatNobodyClaimsIsNotItsBusiness() throws {
    let evidence = Evidence.sid.withSections(ofImage: 0, Flaw.missing.apply)
    #expect(try contract.cell(of: evidence).isKeptInSilence)
  }

  @Test(arguments: [Suite.bookworm, .trixie])
  func withoutAClaimItDoesNotApply(suite: Suite) throws {
    #expect(try contract.outcome(of: suite.evidence) == .notApplicable)
  }

  @Test func imagesAndDescriptorsAreNeeded() throws {
    try expect(contract, needs: \.firmware)
    try expect(contract, needs: \.descriptors)
    let gone = Evidence.sid.changing(\.firmware) { $0.images.remove(at: 1) }
    #expect(try contract.outcome(of: gone) == .notRun)
  }

  /// What is wrong with the section around the area for kernel hashes.
  enum Flaw: CaseIterable {
    case missing
    case anotherType
    case short
    case late

    func apply(_ sections: inout [FirmwareImage.SEVSection]) {
      guard let index = sections.firstIndex(where: { $0.kind == .kernelHashes }) else { return }
      switch self {
      case .missing: sections.remove(at: index)
      case .anotherType: sections[index].type = 1
      case .short: sections[index].size = 0xc00
      case .late: sections[index].base = 0x81_1000
      }
    }
  }
}

/// The same promise, where launches were measured.
struct MeasuredHashPageTests {
  let contract = Contract.hashSection

  private func cell(
    _ regions: [MeasuredRegion], asked: String? = "on",
    firmware: String? = "/usr/share/ovmf/OVMF.amdsev.fd", in evidence: Evidence = .sid
  ) throws -> Cell {
    var attributes: [String: String] = [:]
    attributes["kernel-hashes"] = asked
    attributes["firmware"] = firmware
    return try contract.cell(
      ofMeasured: [.made(attributes: attributes, regions: regions)], in: evidence)
  }

  @Test func aMeasuredPageOfHashesPasses() throws {
    #expect(try cell([.pages("a"), .pages("a", at: 0x81_0000)]).isKeptInSilence)
    #expect(try cell([.pages("abc", at: 0x80_f000)]).isKeptInSilence)
  }

  @Test(arguments: [
    MeasuredRegion.pages("a", kind: "ZERO", at: 0x81_0000), .pages("a", at: 0x80_f000),
    .pages("a", at: 0x81_1000), .areas([:]),
  ])
  func aPageOfHashesThatIsNotMeasuredFails(region: MeasuredRegion) throws {
    let cell = try cell([region])
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "kernel hashes were asked for, and the page at 0x810000 that should have them "
        + "was not measured")
    #expect(cell.findings.map(\.where) == ["test/launch on milan: guest"])
    #expect(cell.findings.map(\.remedy) == [contract.remedy])
  }

  @Test(arguments: ["off", nil]) func hashesThatNobodyAskedForAreNotMissed(asked: String?) throws {
    #expect(try cell([], asked: asked).isKeptInSilence)
  }

  @Test(arguments: ["/usr/share/ovmf/unknown.fd", nil])
  func anImageThatIsNotKnownTellsNoPage(firmware: String?) throws {
    #expect(try cell([], firmware: firmware).isKeptInSilence)
  }

  @Test func pagesAtTheEndOfTheNumbersDoNotTrap() throws {
    #expect(try cell([.pages("a", at: UInt64.max - 0xfff)]).outcome == .fail)
    let low = MeasuredRegion(call: "c", kind: "NORMAL", address: 0x1000, size: .max)
    #expect(try cell([low]).outcome == .pass)
  }

  @Test func imagesAreNeeded() throws {
    let absent = Evidence.sid.setting(\.firmware, to: .absent("nothing there"))
    #expect(try cell([], in: absent).outcome == .notRun)
    let broken = Evidence.sid.setting(\.firmware, to: .unreadable("bad bytes"))
    #expect(try cell([], in: broken).outcome == .error)
  }
}

extension Evidence {
  /// The same evidence with the SEV sections of an image changed.
  fileprivate func withSections(
    ofImage index: Int, _ change: (inout [FirmwareImage.SEVSection]) -> Void
  ) -> Self {
    changing(\.firmware) { firmware in
      guard case .sections(let version, var sections) = firmware.images[index].sevMetadata else {
        return
      }
      change(&sections)
      firmware.images[index].sevMetadata = .sections(version: version, sections)
    }
  }
}
