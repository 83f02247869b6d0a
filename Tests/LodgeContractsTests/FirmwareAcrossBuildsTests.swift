import LodgeContracts
import LodgeModel
import Testing

struct FirmwareAcrossBuildsTests {
  let contract = Contract.firmwareAcrossBuilds

  private func findings(
    of now: Evidence, against before: Evidence = .sid, _ type: DomainType
  ) throws -> [Finding] {
    try contract.cell(of: now, against: before, type).findings
  }

  @Test func withoutASetToCompareWithItDoesNotApply() {
    #expect(contract.cells(of: .sid).allSatisfy { $0.outcome == .notApplicable })
  }

  @Test func whatCameIsANote() throws {
    let snp = try findings(of: .sid, against: .sid.taking(.firmware, from: .trixie), .sevSNP)
    #expect(!snp.isEmpty && snp.allSatisfy { $0.grade == .info })
    #expect(snp[0].summary == "60-edk2-x86_64-amdsev.json claims amd-sev-snp now")
  }

  @Test func aClaimThatIsGoneFailsWhereNoneIsLeft() throws {
    let now = Evidence.sid.changing(\.descriptors) { $0.descriptors.removeFirst() }
    let snp = try findings(of: now, .sevSNP)
    #expect(snp.map(\.grade) == [.fail])
    #expect(
      snp[0].summary
        == "60-edk2-x86_64-amdsev.json, which claimed amd-sev-snp, is gone: no other does")
    // Plain SEV has another image: it is measured otherwise.
    #expect(try findings(of: now, .sev).map(\.grade) == [.warn, .warn])
  }

  @Test func aLinkToTheSameImageIsNoChange() throws {
    let now = Evidence.sid.changing(\.descriptors) {
      $0.descriptors[0].filename = "/usr/share/vendor/OVMF.fd"
    }.changing(\.firmware) { firmware in
      for index in firmware.images.indices
      where firmware.images[index].source.file.hasSuffix("/OVMF.amdsev.fd") {
        firmware.images[index].aliases.append("usr/share/vendor/OVMF.fd")
      }
    }
    #expect(try findings(of: now, .sevSNP).allSatisfy { $0.grade == .info })
  }

  @Test func aRenamedDescriptorIsNoChange() throws {
    let now = Evidence.sid.changing(\.descriptors) {
      $0.descriptors[0].source.file = "usr/share/qemu/firmware/61-amdsev.json"
      $0.descriptors[0].features.append("new-feature")
    }
    for type in DomainType.confidential { #expect(try findings(of: now, type) == []) }
  }

  @Test func anotherFirstChoiceIsAWarning() throws {
    let now = Evidence.sid.changing(\.descriptors) { descriptors in
      var other = descriptors.descriptors[0]
      other.source.file = "usr/share/qemu/firmware/10-other.json"
      other.filename = "/usr/share/ovmf/OVMF.fd"
      descriptors.descriptors.insert(other, at: 0)
    }
    let snp = try findings(of: now, .sevSNP)
    #expect(snp.map(\.grade) == [.warn, .info])
    #expect(
      snp[0].sides == [
        .before("60-edk2-x86_64-amdsev.json maps /usr/share/ovmf/OVMF.amdsev.fd"),
        .now("10-other.json maps /usr/share/ovmf/OVMF.fd"),
      ])
  }

  @Test func anotherMappingFailsWhereQEMURefusesIt() throws {
    let now = Evidence.sid.changing(\.descriptors) { $0.descriptors[0].device = "flash" }
    #expect(try findings(of: now, .sevSNP).first?.grade == .fail)
    #expect(try findings(of: now, .sev).first?.grade == .warn)
  }

  @Test func whatAClaimedImageLostFails() throws {
    let now = Evidence.sid.changing(\.firmware) {
      $0.images[1].resetBlock = 0
      $0.images[1].hashArea = nil
    }
    #expect(
      try findings(of: now, .sevSNP).map(\.summary) == [
        "OVMF.amdsev.fd could start SEV-SNP, and now has no SEV-ES reset block",
        "OVMF.amdsev.fd took kernel hashes, and has no area for them now: domains with "
          + "kernelHashes='yes' start no more",
      ])
    #expect(try findings(of: now, .sevSNP).map(\.grade) == [.fail, .fail])
    #expect(try findings(of: now, .tdx) == [])
  }

  @Test func codeThatNoLongerComparesHashesFails() throws {
    let now = Evidence.sid.changing(\.firmware) { $0.images[1].verifiesKernelHashes = false }
    #expect(try findings(of: now, .sevES).map(\.grade) == [.fail])
  }

  @Test func anAreaForHashesThatNobodyComparedIsNoLoss() throws {
    let now = Evidence.sid.changing(\.firmware) {
      for index in [0, 2] { $0.images[index].hashArea = .init(base: 0, size: 0) }
    }
    #expect(try findings(of: now, .sev).allSatisfy { $0.grade == .info })
  }

  @Test func whatAnImageNeverServedIsNoLoss() throws {
    // Code beside a store of variables starts no SNP guest, whatever its metadata say.
    let now = Evidence.sid.changing(\.firmware) { $0.images[0].secretArea = nil }
    #expect(try findings(of: now, .sevSNP) == [])
    #expect(try findings(of: now, .sev).map(\.grade) == [.warn])
  }

  @Test func aSectionOrAreaThatIsGoneIsAWarning() throws {
    let now = Evidence.sid.changing(\.firmware) { firmware in
      firmware.images[1].secretArea = nil
      guard case .sections(let version, var sections) = firmware.images[1].sevMetadata else {
        return
      }
      sections.removeAll { $0.kind == .callingArea }
      firmware.images[1].sevMetadata = .sections(version: version, sections)
    }
    let snp = try findings(of: now, .sevSNP)
    #expect(snp.map(\.grade) == [.warn, .warn])
    #expect(
      snp.last?.summary
        == "the SEV metadata of OVMF.amdsev.fd has no section callingArea any more")
  }

  @Test func aPathThatIsGoneIsAWarning() throws {
    let now = Evidence.sid.changing(\.firmware) { $0.images.remove(at: 2) }
    #expect(try findings(of: now, .tdx).map(\.grade) == [.warn])
    #expect(
      try findings(of: now, .sevSNP).map(\.summary) == [
        "/usr/share/ovmf/OVMF.fd, which could start SEV-SNP guests, is gone: domains that name it "
          + "start no more"
      ])
  }

  @Test func aPathThatIsALinkNowIsThere() throws {
    let now = Evidence.sid.changing(\.firmware) {
      $0.images[2].source.file = "usr/share/edk2/OVMF.fd"
      $0.images[2].aliases = ["usr/share/ovmf/OVMF.fd"]
    }
    #expect(try findings(of: now, .sevSNP).allSatisfy { $0.grade == .info })
  }

  @Test func imagesOfBothAreNeeded() throws {
    let gone = Evidence.sid.setting(\.firmware, to: .absent("nothing there"))
    #expect(try contract.outcome(of: gone, against: .sid, .sev) == .fail)
    #expect(try contract.outcome(of: .sid, against: gone, .sev) == .notRun)
  }
}
