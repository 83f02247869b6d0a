import LodgeContracts
import LodgeModel
import Testing

/// What must come out for whole sets, by content.
struct SuitesTests {
  @Test func bookwormKeepsAllItPromises() {
    #expect(Evidence.bookworm.red == [])
  }

  @Test func trixieKeepsAllItPromises() {
    #expect(Evidence.trixie.red == [])
  }

  @Test func sidBreaksTDXAtTheKernelAndKernelHashesInItsGenericFirmware() throws {
    #expect(
      Evidence.sid.red == ["kernel.tdx-host-compiled tdx", "firmware.kernel-hashes sev"])
    let cell = try Contract.tdxHostCompiled.cell(of: .sid)
    #expect(
      cell.reason == "the kernel is built without INTEL_TDX_HOST, while QEMU has tdx-guest, "
        + "libvirt accepts type='tdx' and 60-edk2-x86_64-inteltdx.json claims intel-tdx")
  }

  @Test func sidWithARebuiltKernelKeepsItsPromisesOfTDX() {
    #expect(Evidence.tdxReady.red == ["firmware.kernel-hashes sev"])
    let tdx = Evidence.tdxReady.cells.filter { $0.type == .tdx && !$0.isOfComparison }
    #expect(tdx.allSatisfy { $0.outcome == .pass })
  }

  @Test(arguments: [Suite.bookworm, .trixie])
  func aTypeThatNobodyPromisesIsNeverRed(suite: Suite) {
    let tdx = suite.evidence.cells.filter { $0.type == .tdx }
    #expect(tdx.allSatisfy { $0.outcome == .notApplicable })
  }

  @Test func trixieAloneIsWarnedOfWhatItsKernelPutsIntoMeasurements() {
    let told = Suite.allCases.map { suite in
      Contract.debugSwap.cells(of: suite.evidence).flatMap(\.findings).map(\.grade)
    }
    #expect(told == [[], [.warn, .warn], []])
  }

  @Test(arguments: [
    (
      Suite.bookworm,
      [
        "R16 sev not-applicable", "R16 sev-es not-applicable", "R18 sev-es pass",
        "R18 sev-snp pass", "R37 sev-snp not-applicable", "R39 sev pass", "R39 sev-es pass",
        "R39 sev-snp not-applicable", "R39 tdx not-applicable",
      ]
    ),
    (
      .trixie,
      [
        "R16 sev pass", "R16 sev-es pass", "R18 sev-es pass", "R18 sev-snp pass",
        "R37 sev-snp not-applicable", "R39 sev pass", "R39 sev-es pass", "R39 sev-snp pass",
        "R39 tdx not-applicable",
      ]
    ),
    (
      .sid,
      [
        "R16 sev pass", "R16 sev-es pass", "R18 sev-es pass", "R18 sev-snp pass",
        "R37 sev-snp pass", "R39 sev pass", "R39 sev-es pass", "R39 sev-snp pass", "R39 tdx pass",
      ]
    ),
  ])
  func packagesTellWhatWillBeMeasured(suite: Suite, expected: [String]) {
    let numbers = ["R16", "R17", "R18", "R37", "R38", "R39"]
    let cells = suite.evidence.cells.filter {
      numbers.contains($0.catalogue ?? "") && !$0.isOfComparison
    }
    #expect(
      cells.map { "\($0.catalogue ?? "") \($0.type?.rawValue ?? "") \($0.outcome.rawValue)" }
        == expected)
  }

  @Test func newUserlandOnAnOldKernelFailsAtTheKernel() {
    let red = Evidence.sid.taking(.kernel, from: .bookworm).red
    #expect(red.contains("kernel.sev-parameters sev-snp"))
    #expect(red.contains("kernel.guest-memfd sev-snp"))
    #expect(red.contains("kernel.snp-commands sev-snp"))
    #expect(red.contains("set.tdx-layers tdx"))
    #expect(red.allSatisfy { !$0.hasSuffix(" sev-es") })
  }

  @Test func anOldQEMUUnderANewLibvirtIsNamed() throws {
    let cell = try Contract.qemuProperties.cell(of: .sid.taking(.qemu, from: .trixie), .tdx)
    #expect(cell.reason == "libvirt accepts type='tdx', but QEMU has no tdx-guest")
  }
}

extension Evidence {
  /// The cells of all contracts.
  var cells: [Cell] { allContracts.flatMap { $0.cells(of: self) } }

  /// The cells that did not pass and do apply, as `id type`.
  var red: [String] {
    cells.filter { $0.outcome != .pass && $0.outcome != .notApplicable }.map {
      "\($0.id) \($0.type?.rawValue ?? "-")"
    }
  }
}

extension Cell {
  /// Whether it was empty for want of a set to compare with.
  var isOfComparison: Bool {
    outcome == .notApplicable && reason.hasPrefix("there is no set to compare with")
  }
}
