import LodgeContracts
import LodgeMessages
import LodgeModel
import Testing

struct ExitConsumerTests {
  private let contract = Contract.exitConsumer

  @Test func certificatesOfTheHostAreOutOfReachInSid() throws {
    let cell = try contract.cell(of: .sid, .sevSNP)
    #expect(cell.outcome == .pass)
    #expect(
      cell.reason == "the kernel's feature is out of reach: it has "
        + "KVM_SEV_SNP_ENABLE_REQ_CERTS and KVM_EXIT_SNP_REQ_CERTS for SEV-SNP, but QEMU has no "
        + "sev-snp-guest.certs-path")
  }

  @Test(arguments: DomainType.confidential)
  func elsewhereQEMUUsesWhatTheKernelHas(type: DomainType) throws {
    for suite in [Suite.bookworm, .trixie] {
      let cell = try contract.cell(of: suite.evidence, type)
      #expect(cell.findings.allSatisfy { $0.grade == .info }, "\(suite)")
    }
  }

  @Test func aQEMUWithTheCodeReachesIt() throws {
    let patched = Evidence.sid.changing(\.qom) {
      $0.properties["sev-snp-guest"]?["certs-path"] = "string"
    }
    #expect(try contract.cell(of: patched, .sevSNP).findings.allSatisfy { $0.grade == .info })
  }

  @Test func anExitWithoutItsCodeIsOutOfReach() throws {
    for (id, type) in [("qemu.tdx.fatal", DomainType.tdx), ("qemu.memory.convert", .sevSNP)] {
      let cell = try contract.cell(of: .sid.losing(id), type)
      #expect(cell.findings.contains { $0.grade == .warn && $0.sides.count == 2 })
    }
  }

  @Test func aKernelAheadOfItsQEMUIsTold() throws {
    let cell = try contract.cell(of: .trixie.taking(.kernel, from: .tdxReady), .tdx)
    #expect(cell.outcome == .pass)
    #expect(
      cell.reason.hasSuffix(
        "7 names such as KVM_TDX_CAPABILITIES for TDX, but QEMU has no tdx-guest"))
  }

  /// Headers have it whatever was built.
  @Test func whatTheKernelWasBuiltWithoutIsOutOfNobodysReach() throws {
    let cell = try contract.cell(of: .trixie.taking(.kernel, from: .sid), .tdx)
    #expect(cell.outcome == .notApplicable)
    #expect(
      cell.reason == "the kernel is built without INTEL_TDX_HOST, and QEMU has no tdx-guest")
  }

  @Test func whatNoReleaseUsesIsNoWarning() throws {
    let sending = Evidence.trixie.changing(\.uapi) { $0.constants["KVM_SEV_SEND_START"] = 8 }
    let cell = try contract.cell(of: sending, .sev)
    #expect(cell.findings.map(\.grade) == [.info])
    #expect(cell.findings[0].summary.hasSuffix("which is for migrating guests"))
  }

  @Test func anUnknownNameIsTold() throws {
    let newer = Evidence.sid.changing(\.uapi) {
      $0.constants["KVM_TDX_TERMINATE_VM"] = 6
      $0.constants["KVM_TDX_CMD_NR_MAX"] = 7
      $0.constants["KVM_SEV_SNP_PAGE_TYPE_NORMAL"] = 1
    }
    let unknown = try contract.cell(of: newer, .tdx).findings
    #expect(unknown.map(\.grade) == [.info])
    #expect(unknown.first?.summary.contains("KVM_TDX_TERMINATE_VM, of which") == true)
    // Kinds of pages ask nothing of QEMU.
    let ofSNP = try contract.cell(of: newer, .sevSNP).findings
    #expect(!ofSNP.contains { $0.summary.contains("it is not known") })
  }

  @Test func aKernelWithoutTheTypeOffersNothing() throws {
    #expect(try contract.outcome(of: .trixie, .tdx) == .notApplicable)
  }

  @Test func factsAreNeeded() throws {
    try expect(contract, needs: \.uapi, for: .sev)
    try expect(contract, needs: \.qom, for: .sev)
    try expect(contract, needs: \.texts, for: .sev)
  }
}
