import LodgeContracts
import LodgeModel
import Testing

struct DescriptorWordsTests {
  private let contract = Contract.descriptorWords

  @Test(arguments: Suite.allCases) func libvirtKnowsTheWordsOfItsSuite(suite: Suite) {
    let cells = contract.cells(of: suite.evidence)
    #expect(cells.allSatisfy { $0.outcome == .pass || $0.outcome == .notApplicable })
    #expect(cells.contains { $0.outcome == .pass })
  }

  @Test func aDeviceThatLibvirtDoesNotKnowHidesTheDescriptor() throws {
    let cell = try contract.cell(of: Evidence.sid.naming("igvm"), .sevSNP)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "60-edk2-x86_64-amdsev.json claims SEV-SNP with device igvm, which libvirt "
        + "does not know, so it drops the file silently")
    #expect(cell.findings[0].sides.count == 2)
  }

  @Test func whereAnotherDescriptorIsLeftGuestsStartAllTheSame() throws {
    let both = Evidence.sid.changing(\.descriptors) { all in
      guard var copy = all.descriptors.first else { return }
      copy.source.file += "-igvm"
      copy.device = "igvm"
      all.descriptors.append(copy)
    }
    let cell = try contract.cell(of: both.missing("igvm"), .sevSNP)
    #expect(cell.outcome == .pass)
    #expect(cell.findings.map(\.grade) == [.warn])
  }

  @Test func aModeThatLibvirtDoesNotKnowHidesItToo() throws {
    let sid = Evidence.sid.changing(\.descriptors) { $0.descriptors[0].mode = "frozen" }
    let cell = try contract.cell(of: sid.missing("frozen"), .sevSNP)
    #expect(cell.outcome == .fail)
    #expect(cell.reason.contains("with mode frozen"))
  }

  @Test func aFeatureThatLibvirtDoesNotKnowClaimsNothing() throws {
    let cell = try contract.cell(of: Evidence.sid.missing("amd-sev-snp"), .sevSNP)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "60-edk2-x86_64-amdsev.json claims SEV-SNP with feature amd-sev-snp, which "
        + "libvirt does not know, so it passes over the claim silently")
    // A libvirt that does not take the type has no word for it.
    let older = Evidence.sid.missing("intel-tdx").changing(\.launchSecurity) {
      $0.types["tdx"] = nil
    }
    #expect(try contract.outcome(of: older, .tdx) == .pass)
  }

  @Test func aLibvirtThatLearnedTheWordReadsIt() throws {
    let newer = Evidence.sid.naming("igvm").changing(\.texts) {
      $0.byMember[.libvirt]?.absent.removeAll { $0.text == "igvm" }
      $0.byMember[.libvirt]?.present.append(LayerTexts.descriptorWord("igvm"))
    }
    #expect(try contract.outcome(of: newer, .sevSNP) == .pass)
  }

  @Test func factsAreNeeded() throws {
    try expect(contract, needs: \.descriptors, for: .sevSNP)
    try expect(contract, needs: \.texts, for: .sevSNP)
    let unsearched = Evidence.sid.changing(\.texts) { $0.byMember[.libvirt] = nil }
    #expect(try contract.outcome(of: unsearched, .sevSNP) == .notRun)
  }
}

extension Evidence {
  /// The same with a device in the descriptor of AMD's firmware that libvirt does not know.
  fileprivate func naming(_ device: String) -> Self {
    changing(\.descriptors) { $0.descriptors[0].device = device }.missing(device)
  }

  /// The same with a word that libvirt's driver was searched for in vain.
  fileprivate func missing(_ word: String) -> Self {
    changing(\.texts) {
      $0.byMember[.libvirt]?.present.removeAll { $0 == LayerTexts.descriptorWord(word) }
      $0.byMember[.libvirt]?.absent.append(
        Message(
          id: LayerTexts.descriptorWord(word), program: .libvirtDriver, text: word,
          meaning: "a word of a descriptor", isMarker: true))
    }
  }
}
