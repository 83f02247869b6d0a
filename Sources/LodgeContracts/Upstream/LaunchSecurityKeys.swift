import LodgeModel

/// The keys of the JSON with which libvirt makes QEMU's guest objects.
enum LaunchSecurityKeys {
  /// The keys that a libvirt may hand to the object of a domain type.
  ///
  /// **Source:** libvirt src/qemu/qemu_command.c: qemuBuildSEVCommandLine,
  /// qemuBuildSEVSNPCommandLine, qemuBuildTDXCommandLine.
  static func names(for type: DomainType) -> [String] {
    switch type {
    case .plain: []
    case .sev, .sevES: common + ["policy", "dh-cert-file", "session-file"]
    case .sevSNP:
      common + [
        "policy", "guest-visible-workarounds", "id-block", "id-auth", "host-data",
        "author-key-enabled", "vcek-disabled",
      ] + vendorSNP
    case .tdx:
      ["attributes", "mrconfigid", "mrowner", "mrownerconfig", "quote-generation-socket"]
        + vendorTDX
    }
  }

  private static let common = ["cbitpos", "reduced-phys-bits", "kernel-hashes"]
  // Never released upstream: a libvirt that sends them needs the QEMU it was patched for.
  private static let vendorSNP = ["vcek-required", "certs-path"]
  private static let vendorTDX = ["quote-generation-service"]
}
