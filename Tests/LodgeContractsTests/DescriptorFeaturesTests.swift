import LodgeContracts
import LodgeModel
import Testing

struct DescriptorFeaturesTests {
  let contract = Contract.descriptorFeatures

  @Test(arguments: DomainType.confidential)
  func trueClaimsPass(type: DomainType) throws {
    #expect(try contract.outcome(of: .sid, type) == .pass)
  }

  @Test(arguments: [
    ("amd-sev-snp", DomainType.sevSNP, "has no SEV metadata"),
    ("intel-tdx", .tdx, "has no TDVF metadata"), ("amd-sev-es", .sevES, "SEV-ES reset block"),
  ])
  func aClaimThatTheImageCannotKeepFails(
    feature: String, type: DomainType, words: String
  ) throws {
    let evidence = Evidence.bookworm.changing(\.descriptors) {
      $0.descriptors[0].features.append(feature)
    }.changing(\.firmware) { $0.images[0].resetBlock = 0 }
    let cell = try contract.cell(of: evidence, type)
    #expect(cell.outcome == .fail)
    #expect(cell.reason.hasPrefix("60-edk2-x86_64.json claims \(feature), but OVMF_CODE_4M.fd"))
    #expect(cell.reason.contains(words))
  }

  @Test func anImageWithoutATableIsNoneForSEV() throws {
    let evidence = Evidence.trixie.changing(\.firmware) { $0.images[0].table = [:] }
    #expect(try contract.outcome(of: evidence, .sev) == .fail)
  }

  @Test func aClaimedImageThatIsNotInTheSetFails() throws {
    let cells = contract.cells(of: .sid.changing(\.firmware) { $0.images.remove(at: 1) })
    #expect(cells.filter { $0.outcome == .fail }.map(\.type) == [.sev, .sevES, .sevSNP])
  }

  @Test func anImageIsFoundUnderAnyOfItsNames() throws {
    let evidence = Evidence.sid.changing(\.firmware) {
      $0.images[1].aliases = ["usr/share/qemu/OVMF.amdsev.fd"]
    }.changing(\.descriptors) { $0.descriptors[0].filename = "/usr/share/qemu/OVMF.amdsev.fd" }
    #expect(try contract.outcome(of: evidence, .sevSNP) == .pass)
  }

  @Test func aMappingThatStartsNoDomainFails() throws {
    for (words, change) in [
      (
        "names /usr/share/OVMF/gone.fd, which is not in the set",
        { $0.missingFiles = ["/usr/share/OVMF/gone.fd"] }
      ),
      ("says that its files are qcow2, and they are raw", { $0.formats = ["raw", "qcow2"] }),
    ] as [(String, (inout FirmwareDescriptor) -> Void)] {
      let cell = try contract.cell(
        of: .sid.changing(\.descriptors) { change(&$0.descriptors[0]) }, .sevSNP)
      #expect(cell.outcome == .fail)
      #expect(cell.reason.contains(words), "\(cell.reason)")
    }
    let raw = Evidence.sid.changing(\.descriptors) { $0.descriptors[0].formats = ["raw"] }
    #expect(try contract.outcome(of: raw, .sevSNP) == .pass)
  }

  @Test(arguments: [
    ("has no code at its end", [DomainType.sev, .sevES, .sevSNP]),
    ("its front is cut off", [.sev, .sevES, .sevSNP]),
    ("reset block that leads to 0x900004", [.sevES, .sevSNP]),
  ])
  func aGuestThatCannotRunFails(words: String, types: [DomainType]) throws {
    let evidence = Evidence.sid.changing(\.firmware) { firmware in
      switch words.first {
      case "h": firmware.images[1].lacksItsEnd = true
      case "i": firmware.images[1].lacksItsFront = true
      default: firmware.images[1].resetBlock = 0x90_0004
      }
    }
    let cells = contract.cells(of: evidence).filter { $0.outcome == .fail }
    #expect(cells.map(\.type) == types)
    #expect(cells.allSatisfy { $0.reason.contains(words) })
  }

  @Test func aResetBlockMayLeadIntoTheImage() throws {
    let evidence = Evidence.sid.changing(\.firmware) { $0.images[1].resetBlock = 0xffff_f004 }
    #expect(try contract.outcome(of: evidence, .sevES) == .pass)
  }

  @Test func anAbilityThatIsNotClaimedIsNoted() throws {
    let notes = try contract.cell(of: .sid, .sevSNP).findings
    #expect(
      notes.map(\.summary) == [
        "OVMF_CODE_4M.fd has what amd-sev-snp needs, but 60-edk2-x86_64.json does not claim it"
      ])
  }

  @Test func withoutAClaimItDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie, .sevSNP) == .notApplicable)
  }

  @Test func imagesAndDescriptorsAreNeeded() throws {
    try expect(contract, needs: \.firmware)
    try expect(contract, needs: \.descriptors)
  }
}
