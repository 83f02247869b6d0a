import LodgeContracts
import LodgeModel
import Testing

struct KconfigRenamesTests {
  let contract = Contract.kconfigRenames

  @Test func everyGenerationOfNamesPasses() throws {
    #expect(try contract.outcome(of: .trixie, .sevSNP) == .pass)
    #expect(try contract.outcome(of: .sid, .sevSNP) == .pass)
    #expect(try contract.outcome(of: .sid, .tdx) == .pass)
    let renamed = Evidence.sid.changing(\.kconfig) {
      $0.options["HAVE_KVM_ARCH_GMEM_PREPARE"] = nil
      $0.options["HAVE_KVM_ARCH_GMEM_INVALIDATE"] = nil
      $0.options["HAVE_KVM_ARCH_GMEM_CONVERT"] = "y"
      $0.options["HAVE_KVM_ARCH_GMEM_RECLAIM"] = "y"
    }
    #expect(try contract.outcome(of: renamed, .sevSNP) == .pass)
  }

  @Test func anAbilityUnderNoNameFails() throws {
    let evidence = Evidence.sid.changing(\.kconfig) {
      $0.options["HAVE_KVM_ARCH_GMEM_INVALIDATE"] = nil
    }
    #expect(
      try contract.cell(of: evidence, .sevSNP).reason
        == "the kernel is without taking guest_memfd pages back: it has none of "
        + "HAVE_KVM_ARCH_GMEM_RECLAIM and HAVE_KVM_ARCH_GMEM_INVALIDATE")
    #expect(try contract.outcome(of: evidence, .tdx) == .pass)
  }

  /// That it has none at all is told by the contract about guest_memfd.
  @Test func aKernelWithoutGuestMemoryIsNotToldPieceByPiece() throws {
    let mixed = Evidence.sid.taking(.kernel, from: .bookworm)
    #expect(try contract.outcome(of: mixed, .sevSNP) == .pass)
    #expect(try Contract.guestMemfd.outcome(of: mixed, .sevSNP) == .fail)
  }

  @Test func withoutAPromiseItDoesNotApply() throws {
    #expect(try contract.outcome(of: .bookworm, .sevSNP) == .notApplicable)
  }

  @Test func theConfigurationIsNeeded() throws {
    try expect(contract, needs: \.kconfig)
  }

  @Test func theSecureProcessorAndSNPsIOMMUAreNeeded() throws {
    #expect(try contract.outcome(of: .sid, .sev) == .pass)
    for (option, types) in [
      ("CRYPTO_DEV_SP_PSP", [DomainType.sev, .sevES, .sevSNP]), ("AMD_IOMMU", [.sevSNP]),
    ] {
      let without = Evidence.sid.changing(\.kconfig) { $0.options[option] = "n" }
      for type in DomainType.confidential where type != .tdx {
        #expect(try contract.outcome(of: without, type) == (types.contains(type) ? .fail : .pass))
      }
    }
  }

  private func changes(
    _ evidence: Evidence, since before: Evidence, _ type: DomainType
  ) throws -> [Finding] {
    let cells = contract.cells(of: evidence, before: before)
    return try #require(cells.first { $0.type == type }).findings
  }

  @Test func renamesAreNoLossAndNewAbilitiesAreNews() throws {
    #expect(try changes(.sid, since: .trixie, .sevSNP).isEmpty)
    let news = try changes(.tdxReady, since: .sid, .tdx)
    #expect(news.map(\.grade) == [.info])
    #expect(news.map(\.summary) == ["the kernel came to have TDX hosts and TDX guests"])
  }

  @Test func aLostHostFailsAndALostGuestIsAWarning() throws {
    let lost = try changes(.sid, since: .tdxReady, .tdx)
    #expect(lost.map(\.grade) == [.fail, .fail])
    #expect(
      lost.first?.summary == "the kernel lost TDX hosts: it had INTEL_TDX_HOST, and has no "
        + "INTEL_TDX_HOST")
    let guest = Evidence.sid.changing(\.kconfig) { $0.options["SEV_GUEST"] = nil }
    #expect(try changes(guest, since: .sid, .sevSNP).map(\.grade) == [.warn])
    let sev = Evidence.sid.changing(\.kconfig) { $0.options["KVM_AMD_SEV"] = "n" }
    #expect(try changes(sev, since: .sid, .sevES).map(\.grade) == [.fail])
  }

  @Test func aModuleThatIsNowBuiltInIsNoLoss() throws {
    let evidence = Evidence.sid.changing(\.kconfig) { $0.options["SEV_GUEST"] = "y" }
    #expect(try changes(evidence, since: .sid, .sevSNP).isEmpty)
  }
}
