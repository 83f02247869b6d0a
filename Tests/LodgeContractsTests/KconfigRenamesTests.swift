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
        == "the kernel lost taking guest_memfd pages back: it has none of "
        + "HAVE_KVM_ARCH_GMEM_RECLAIM and HAVE_KVM_ARCH_GMEM_INVALIDATE")
    #expect(try contract.outcome(of: evidence, .tdx) == .pass)
  }

  @Test func withoutAPromiseItDoesNotApply() throws {
    #expect(try contract.outcome(of: .bookworm, .sevSNP) == .notApplicable)
  }

  @Test func theConfigurationIsNeeded() throws {
    try expect(contract, needs: \.kconfig)
  }
}
