import LodgeContracts
import LodgeMessages
import LodgeModel
import Testing

struct MessagesTests {
  private let contract = Contract.messages

  @Test(arguments: Suite.allCases) func suitesSayWhatUpstreamSays(suite: Suite) throws {
    let cell = try contract.cell(of: suite.evidence)
    #expect(cell.outcome == .pass)
    #expect(cell.findings == [])
  }

  @Test func aChangedTextThatOthersSearchForIsAWarning() throws {
    let cell = try contract.cell(of: .sid.losing("qemu.kvm.vm-type"))
    #expect(cell.outcome == .pass)
    let finding = try #require(cell.findings.first)
    #expect(finding.grade == .warn)
    #expect(
      finding.summary == "QEMU 11.1.3 lacks the text \"vm-type %s not supported by KVM\", which "
        + "upstream has since 9.1; it is searched for in canonical/tdx test_guest_fail.py, "
        + "canonical/tdx#102 and canonical/tdx#342")
    #expect(finding.sides.map(\.who).prefix(2) == ["QEMU", "upstream"])
  }

  @Test func aChangedTextThatNobodyIsKnownToSearchForIsTold() throws {
    let cell = try contract.cell(of: .sid.losing("qemu.tdx.smm"))
    #expect(cell.findings.map(\.grade) == [.info])
  }

  @Test func whatWasNotBuiltInIsNotAChangedText() throws {
    let ids = MessageCatalogue.builtIn.messages.map(\.id).filter { $0.hasPrefix("qemu.td") }
    let cell = try contract.cell(of: ids.reduce(Evidence.sid) { $0.losing($1) })
    #expect(cell.findings == [])
  }

  @Test func aTextOfALaterUpstreamIsNotExpected() throws {
    let old = Evidence.sid.taking(.qemu, from: .bookworm)
    #expect(try contract.cell(of: old).findings == [])
  }

  @Test func withoutAVersionNothingIsExpected() throws {
    let unknown = Evidence.sid.losing("qemu.kvm.vm-type").setting(\.qemu, to: .absent("no QEMU"))
    #expect(try contract.cell(of: unknown).findings == [])
  }

  @Test func aTextThatWasThereBeforeIsMissed() throws {
    // Neither side says of which version it is.
    let unknown = Evidence.sid.setting(\.qemu, to: .absent("no QEMU"))
    let now = unknown.losing("qemu.kvm.vm-type").losing("qemu.tdx.smm")
    let cell = try #require(contract.cells(of: now, before: unknown).first)
    #expect(cell.findings.map(\.grade) == [.warn, .info])
    #expect(cell.findings[0].sides.map(\.who).prefix(2) == ["before", "now"])
    #expect(cell.findings[0].summary.hasPrefix("QEMU no longer has the text \"vm-type %s"))
  }

  @Test func aPartThatIsGoneIsOneFinding() throws {
    let cell = try #require(
      contract.cells(of: .sid.taking(.qemu, from: .trixie), before: .sid).first)
    let parts = cell.findings.filter { $0.summary.contains("any more") }
    #expect(parts.map(\.grade) == [.warn, .warn])
    #expect(parts[0].summary.hasPrefix("QEMU has none of the 4 texts of tdvf any more"))
  }

  @Test func anotherWordInADescriptorIsNoLostText() throws {
    let before = Evidence.sid.changing(\.texts) {
      $0.byMember[.libvirt]?.present.append(LayerTexts.descriptorWord("kernel"))
    }
    let cell = try #require(contract.cells(of: .sid, before: before).first)
    #expect(cell.findings == [])
  }

  @Test func textsAreNeeded() throws {
    try expect(contract, needs: \.texts)
  }
}

extension Evidence {
  /// The same evidence with one text missing.
  func losing(_ id: String) -> Self {
    changing(\.texts) { texts in
      guard let message = MessageCatalogue.builtIn[id] else { return }
      texts.byMember[message.member]?.present.removeAll { $0 == id }
      texts.byMember[message.member]?.absent.append(message)
    }
  }
}
