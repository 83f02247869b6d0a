import LodgeContracts
import LodgeModel
import Testing

/// What libvirt lists, and what it takes, against what the others can.
struct OffersTests {
  @Test func snpIsOfferedWhereTheKernelHasIt() throws {
    #expect(try Contract.snpOffer.cell(of: .sid, .sevSNP).isKeptInSilence)
    #expect(try Contract.snpOffer.cell(of: .trixie, .sevSNP).isKeptInSilence)
    #expect(try Contract.snpOffer.outcome(of: .bookworm, .sevSNP) == .notApplicable)
  }

  @Test func snpOnAKernelWithoutItIsAWarning() throws {
    let cell = try Contract.snpOffer.cell(of: .sid.taking(.kernel, from: .bookworm), .sevSNP)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(
      cell.reason.hasPrefix(
        "libvirt offers SEV-SNP wherever QEMU has sev-snp-guest, but the kernel is built without"))
  }

  @Test func snpNeedsSchemaAndObjects() throws {
    try expect(.snpOffer, needs: \.launchSecurity)
    try expect(.snpOffer, needs: \.qom)
  }

  private func libvirt(_ version: String, texts: LayerTexts? = nil) -> Evidence {
    let evidence = Evidence.sid.changing(\.libvirt) { $0.version = version }
    return evidence.setting(\.texts, to: texts.map { .found($0) } ?? .absent("not searched"))
  }

  private func texts(_ present: [String]) -> LayerTexts {
    LayerTexts(byMember: [
      .libvirt: LayerTexts.Texts(
        sources: ["driver": Source(file: "libvirt_driver_qemu.so")], present: present, absent: [])
    ])
  }

  @Test(arguments: [
    ("11.5.0", Outcome.pass), ("11.6.0", .fail), ("11.9.0", .fail), ("11.10.0", .pass),
    ("12.8.0", .pass),
  ])
  func tdxIsOfferedEverywhereBySomeVersions(version: String, outcome: Outcome) throws {
    #expect(try Contract.tdxOffer.outcome(of: libvirt(version), .tdx) == outcome)
  }

  @Test func aVersionThatAsksTheKernelAllTheSameIsKept() throws {
    let marker = "libvirt.marker.tdx-probe"
    let mended = libvirt("11.8.0", texts: texts([marker]))
    #expect(try Contract.tdxOffer.outcome(of: mended, .tdx) == .pass)
    let other = libvirt("11.8.0", texts: texts([]))
    #expect(try Contract.tdxOffer.outcome(of: other, .tdx) == .fail)
  }

  @Test func withoutHostsOfAMDNothingIsOfferedWrongly() throws {
    let evidence = libvirt("11.8.0").changing(\.kconfig) { $0.options["KVM_AMD_SEV"] = "n" }
    #expect(try Contract.tdxOffer.outcome(of: evidence, .tdx) == .notApplicable)
    #expect(try Contract.tdxOffer.outcome(of: .trixie, .tdx) == .notApplicable)
  }

  @Test func tdxNeedsTheLibrary() throws { try expect(.tdxOffer, needs: \.libvirt, for: .tdx) }

  private func documenting(_ bits: [Int: String]) -> Evidence {
    Evidence.sid.setting(
      \.documentation,
      to: .found(
        LibvirtDocumentation(
          source: Source(file: "usr/share/doc/libvirt-doc/html/formatdomain.html"),
          policyBits: ["tdx": bits])))
  }

  @Test func aPolicyBitThatNoLayerTakesIsAWarning() throws {
    let contract = Contract.tdxPolicy
    #expect(try contract.cell(of: documenting([28: "sept-ve-disable"]), .tdx).isKeptInSilence)
    let cell = try contract.cell(of: documenting([0: "debug", 28: "sept-ve-disable"]), .tdx)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(cell.reason.contains("policy bit 0 (debug)"))
    #expect(cell.findings.first?.sides.map(\.who) == ["libvirt", "QEMU", "kernel"])
    #expect(try contract.outcome(of: .trixie, .tdx) == .notApplicable)
    let undocumented = Evidence.sid.setting(\.documentation, to: .absent("no libvirt-doc"))
    #expect(try contract.cell(of: undocumented, .tdx).isKeptInSilence)
  }

  @Test func aClockThatTheModuleRefusesFails() throws {
    func cell(_ khz: UInt64) throws -> Cell {
      try Contract.tdxProcessor.cell(
        ofCalls: [.sent(khz, in: "khz", of: "KVM_SET_TSC_KHZ", by: .tdx)], .tdx)
    }
    #expect(try cell(2_100_000).isKeptInSilence)
    #expect(try cell(2_110_000).reason == "QEMU gives TDX guests a TSC of 2110000 kHz")
    #expect(try cell(25_000).outcome == .fail)
  }
}
