package import LodgeModel

extension Contract {
  /// A set that promises TDX has a kernel that was built for it.
  package static let tdxHostCompiled = Contract(
    id: "kernel.tdx-host-compiled", catalogue: "R01",
    claim: "The kernel is built as a TDX host where another member of the set promises TDX",
    from: [.kernel], to: [.qemu, .libvirt, .firmware],
    basis: "Linux arch/x86/Kconfig (INTEL_TDX_HOST), arch/x86/kvm/Kconfig (KVM_INTEL_TDX), "
      + "arch/x86/kvm/vmx/tdx.c (parameter tdx, enum kvm_tdx_cmd_id)",
    remedy: "build the kernel with INTEL_TDX_HOST=y and KVM_INTEL_TDX=y, or stop promising TDX",
    knownCase: "Debian unstable ships QEMU 11.1 with tdx-guest, libvirt 12.8 with type='tdx' and "
      + "ovmf-inteltdx beside a Linux 7.2 with INTEL_TDX_HOST unset; akash-network/support#330",
    protecting: [.tdx], reads: .promises + .kernelTestimonies
  ) { type, facts throws(MissingFact) in
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }

    let denials = facts.kernelTestimonies(on: type).filter { !$0.isOffer }
    guard let cause = denials.first else {
      // Only all three together prove that the code is there, loadable and can be switched on.
      _ = try facts.kconfig
      _ = try facts.modules
      _ = try facts.btf
      return .kept
    }
    return .judged(
      [
        Finding(
          .fail, "the kernel \(cause.words), while \(promises.listed())", where: cause.place,
          sides: [.init(.kernel, cause.words)] + facts.sides(promising: type))
      ]
        + denials.dropFirst().map {
          Finding(.info, "accordingly the kernel \($0.words)", where: $0.place)
        })
  }
}
