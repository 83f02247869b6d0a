import LodgeContracts
import LodgeModel
import Testing

struct SupportTests {
  @Test func everyTypeAndMemberIsAnsweredOnceInOrder() {
    let all = support(of: .sid)
    #expect(all.map(\.type) == DomainType.confidential.flatMap { Array(repeating: $0, count: 4) })
    #expect(all.prefix(4).map(\.member) == Member.allCases)
    #expect(all.allSatisfy { !$0.reason.isEmpty })
  }

  @Test func bookwormOffersSEVAndSEVES() {
    #expect(Evidence.bookworm.complete == [.sev, .sevES])
    #expect(
      Evidence.bookworm.support(.sevSNP, .kernel).reason == "is built without KVM_GUEST_MEMFD")
  }

  @Test func trixieOffersSNPToo() {
    #expect(Evidence.trixie.complete == [.sev, .sevES, .sevSNP])
    #expect(
      Evidence.trixie.support(.sevSNP, .firmware).reason
        == "OVMF.fd can, though no descriptor claims it")
    #expect(Evidence.trixie.support(.tdx, .qemu).reason == "has no tdx-guest")
  }

  @Test func sidLacksTDXInItsKernelAlone() {
    #expect(Evidence.sid.complete == [.sev, .sevES, .sevSNP])
    let tdx = Member.allCases.map { Evidence.sid.support(.tdx, $0) }
    #expect(tdx.map(\.answer) == [.notOffered, .offered, .offered, .offered])
    #expect(
      tdx.map(\.reason) == [
        "is built without INTEL_TDX_HOST", "has tdx-guest", "accepts type='tdx'",
        "60-edk2-x86_64-inteltdx.json claims intel-tdx",
      ])
    #expect(Evidence.tdxReady.complete == DomainType.confidential)
  }

  @Test func aKernelProvesItsOfferWithAllThatIsKnown() {
    #expect(
      Evidence.sid.support(.sevSNP, .kernel).reason
        == "is built with KVM_AMD_SEV, KVM_GUEST_MEMFD and HAVE_KVM_ARCH_GMEM_PREPARE; "
        + "has parameter kvm_amd.sev_snp; has struct kvm_sev_snp_launch_start in its BTF")
    let unconfigured = Evidence.sid.setting(\.kconfig, to: .absent("no config"))
    #expect(unconfigured.support(.sev, .kernel).reason == "has parameter kvm_amd.sev")
  }

  @Test func whatIsMissingIsUnknownWithItsReason() {
    let nothing = support(of: Evidence(absent: "no package was given"))
    #expect(nothing.allSatisfy { $0.answer == .unknown })
    #expect(nothing.allSatisfy { $0.reason.hasSuffix(": no package was given") })
  }

  @Test func aClaimNeedsNoImageToBeKnown() {
    let evidence = Evidence.sid.setting(\.firmware, to: .unreadable("bad volume"))
    #expect(evidence.support(.tdx, .firmware).answer == .offered)
    #expect(evidence.taking(.kernel, from: .trixie).support(.tdx, .kernel).answer == .notOffered)
  }
}

extension Evidence {
  /// The types that all four members offer.
  fileprivate var complete: [DomainType] {
    let all = LodgeContracts.support(of: self)
    return DomainType.confidential.filter { type in
      all.allSatisfy { $0.type != type || $0.answer == .offered }
    }
  }

  fileprivate func support(_ type: DomainType, _ member: Member) -> Support {
    LodgeContracts.support(of: self).first { $0.type == type && $0.member == member }
      ?? Support(type: type, member: member, answer: .unknown, reason: "it was not answered")
  }
}
