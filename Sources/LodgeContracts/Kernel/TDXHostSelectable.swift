package import LodgeModel

extension Contract {
  /// A kernel can be configured as a TDX host at all.
  package static let tdxHostSelectable = Contract(
    id: "kernel.tdx-host-selectable", catalogue: "R02",
    claim: "The kernel's configuration lets INTEL_TDX_HOST be chosen where the set promises TDX",
    from: [.kernel], to: [.qemu, .libvirt, .firmware],
    basis: "Linux arch/x86/Kconfig: INTEL_TDX_HOST depends on !KEXEC_CORE up to about 6.17, "
      + "and on X86_X2APIC, CONTIG_ALLOC, X86_MCE and KVM_INTEL",
    remedy: "take a kernel in which kexec and TDX hosts go together (Linux 6.18 and later)",
    knownCase: "Debian 13: Linux 6.12.117 has KEXEC_CORE=y, so INTEL_TDX_HOST is not offered, "
      + "and no other configuration of that distribution's kernel could add it",
    protecting: [.tdx], reads: .promises + [.kconfig, .kernel]
  ) { type, facts throws(MissingFact) in
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }

    let kconfig = try facts.kconfig
    guard !kconfig.offers("INTEL_TDX_HOST") else { return .kept }
    let release = facts.ifKnown(\.kernel)?.version
    let obstacle = kconfig.obstacleToTDXHost(in: release)
    return .judged([
      Finding(
        .fail,
        "\(obstacle), while \(promises.listed())",
        where: kconfig.source.at("INTEL_TDX_HOST"),
        sides: [.init(.kernel, obstacle)] + facts.sides(promising: type))
    ])
  }
}

extension KernelConfiguration {
  /// Why INTEL_TDX_HOST is not offered: the age of the source, a conflict or an unmet dependency.
  fileprivate func obstacleToTDXHost(in release: String?) -> String {
    if let version = release.flatMap(UpstreamVersion.init), version < UpstreamVersion(6, 8) {
      return "Linux \(version) is older than INTEL_TDX_HOST, which came with 6.8"
    }
    for symbol in ["X86_X2APIC", "CONTIG_ALLOC", "X86_MCE", "KVM_INTEL"] where !enables(symbol) {
      return "the kernel cannot choose INTEL_TDX_HOST without \(symbol)"
    }
    return enables("KEXEC_CORE")
      ? "the kernel cannot choose INTEL_TDX_HOST, for KEXEC_CORE=y excludes it"
      : "the kernel does not offer INTEL_TDX_HOST"
  }
}
