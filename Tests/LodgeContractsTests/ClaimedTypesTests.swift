import LodgeContracts
import LodgeModel
import Testing

struct ClaimedTypesTests {
  let contract = Contract.claimedTypes

  /// A suite whose descriptors do not claim a feature.
  private func without(_ feature: String, in evidence: Evidence = .sid) -> Evidence {
    evidence.changing(\.descriptors) { descriptors in
      for index in descriptors.descriptors.indices {
        descriptors.descriptors[index].features.removeAll { $0 == feature }
      }
    }
  }

  @Test func sidClaimsAllThatItPromises() throws {
    for type in DomainType.confidential {
      #expect(try contract.cell(of: .sid, type).isKeptInSilence, "\(type)")
    }
  }

  /// What these suites never claimed is for users to know, and no break.
  @Test func whatASuiteNeverClaimedIsAWarning() throws {
    let grades = [Evidence.bookworm, .trixie].map { suite in
      contract.cells(of: suite).map { $0.findings.map(\.grade) }
    }
    #expect(grades == [[[], [.warn], [], []], [[], [.warn], [.warn], []]])
    #expect(
      try contract.cell(of: .trixie, .sevSNP).reason
        == "no firmware descriptor claims amd-sev-snp, while QEMU has sev-snp-guest and libvirt "
        + "accepts type='sev-snp': firmware='efi' finds nothing (OVMF.fd could start it)")
    #expect(try contract.outcome(of: .trixie, .tdx) == .notApplicable)
  }

  /// An image that is named already lacks only the feature there.
  @Test func theDescriptorThatCouldClaimIsNamed() throws {
    let finding = try #require(try contract.cell(of: .trixie, .sevES).findings.first)
    #expect(finding.summary.hasSuffix("(OVMF_CODE_4M.fd could start it)"))
    #expect(finding.where.hasSuffix("60-edk2-x86_64.json: features"))
  }

  @Test(arguments: [
    ("amd-sev", DomainType.sev), ("amd-sev-es", .sevES), ("amd-sev-snp", .sevSNP),
    ("intel-tdx", .tdx),
  ])
  func anImageThatWasMadeForTheTypeAndIsNotClaimedFails(feature: String, type: DomainType) throws {
    let evidence = without(feature)
    let failed = contract.cells(of: evidence).filter { $0.outcome == .fail }.map(\.type)
    #expect(failed == [type])
    #expect(try contract.cell(of: evidence, type).findings.first?.sides.count == 4)
  }

  /// libvirt takes no descriptor for a q35 domain that is of something else.
  @Test(arguments: ["aarch64", "microvm", "bios"])
  func aClaimForAnotherMachineIsNone(kind: String) throws {
    let evidence = Evidence.sid.changing(\.descriptors) {
      switch kind {
      case "aarch64": $0.descriptors[0].targets = ["aarch64": ["pc-q35-*"]]
      case "microvm": $0.descriptors[0].targets = ["x86_64": ["microvm-*"]]
      default: $0.descriptors[0].interfaces = ["bios"]
      }
    }
    #expect(try contract.outcome(of: evidence, .sevSNP) == .fail)
  }

  @Test(arguments: ["pc-q35-*", "pc-q35-1?.*", "pc-*", "*", "q35", "pc-q35-10.0"])
  func aPatternThatQ35MachinesFitIsAClaim(pattern: String) throws {
    let evidence = Evidence.sid.changing(\.descriptors) {
      $0.descriptors[0].targets = ["x86_64": ["microvm", pattern]]
    }
    #expect(try contract.cell(of: evidence, .sevSNP).isKeptInSilence)
  }

  @Test func theImageAloneIsEnoughToKnow() throws {
    let gone = Evidence.sid.setting(\.descriptors, to: .absent("no descriptor"))
    #expect(contract.cells(of: gone).allSatisfy { $0.outcome == .fail })
  }

  @Test func firmwareThatCannotIsAWarning() throws {
    let cell = try contract.cell(of: .sid.taking(.firmware, from: .bookworm), .tdx)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
  }

  @Test func aClaimThatTheBuildBeforeHadFailsWhereItIsGone() throws {
    let old = Evidence.sid.taking(.firmware, from: .trixie)
    let cell = try contract.cell(of: old, against: .sid, .sevSNP)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "no descriptor claims amd-sev-snp any more, as 60-edk2-x86_64-amdsev.json "
        + "did, while QEMU has sev-snp-guest and libvirt accepts type='sev-snp'")
    #expect(try contract.cell(of: .sid, against: old, .sevSNP).isKeptInSilence)
    #expect(try contract.outcome(of: .trixie, against: .sid, .tdx) == .notApplicable)
  }

  @Test func aPromiseOfOneAloneDoesNotApply() throws {
    #expect(
      try contract.outcome(of: .sid.taking(.libvirt, from: .bookworm), .tdx) == .notApplicable)
  }

  @Test func whoPromisesAndDescriptorsAreNeeded() throws {
    try expect(contract, needs: \.qom)
    try expect(contract, needs: \.launchSecurity)
    let bare = Evidence.sid.setting(\.firmware, to: .absent("no image"))
    try expect(contract, needs: \.descriptors, in: bare)
  }
}
