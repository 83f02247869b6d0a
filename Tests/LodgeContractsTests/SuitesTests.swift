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
    let tdx = Evidence.tdxReady.cells.filter { $0.type == .tdx }
    #expect(tdx.allSatisfy { $0.outcome == .pass })
  }

  @Test(arguments: [Suite.bookworm, .trixie])
  func aTypeThatNobodyPromisesIsNeverRed(suite: Suite) {
    let tdx = suite.evidence.cells.filter { $0.type == .tdx }
    #expect(tdx.allSatisfy { $0.outcome == .notApplicable })
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
