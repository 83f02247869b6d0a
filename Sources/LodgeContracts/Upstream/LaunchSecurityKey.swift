import LodgeModel

/// A key of the JSON with which libvirt makes one of QEMU's guest objects.
struct LaunchSecurityKey: Sendable {
  /// The name in the JSON, which is a property of the object.
  var name: String
  /// What upstream libvirt sends.
  var kind: ValueKind
  /// The element or attribute of `<launchSecurity>` that it is made from; nil for a key that was
  /// never released upstream.
  var item: String?
}

extension LaunchSecurityKey {
  /// The keys that a libvirt may hand to the object of a domain type.
  ///
  /// **Source:** libvirt src/qemu/qemu_command.c: qemuBuildSEVCommandLine,
  /// qemuBuildSEVSNPCommandLine, qemuBuildTDXCommandLine; src/conf/schemas/domaincommon.rng.
  static func all(for type: DomainType) -> [Self] {
    switch type {
    case .plain: []
    case .sev, .sevES:
      common + [
        Self("policy", .number(bits: 32), "policy"), Self("dh-cert-file", .text, "dhCert"),
        Self("session-file", .text, "session"),
      ]
    case .sevSNP:
      common + [
        Self("policy", .number(bits: 64), "policy"),
        Self("guest-visible-workarounds", .text, "guestVisibleWorkarounds"),
        Self("id-block", .text, "idBlock"), Self("id-auth", .text, "idAuth"),
        Self("host-data", .text, "hostData"), Self("author-key-enabled", .flag, "authorKey"),
        Self("vcek-disabled", .flag, "vcek"),
      ] + vendorSNP
    case .tdx:
      [
        Self("attributes", .number(bits: 64), "policy"), Self("mrconfigid", .text, "mrConfigId"),
        Self("mrowner", .text, "mrOwner"), Self("mrownerconfig", .text, "mrOwnerConfig"),
        Self("quote-generation-socket", .structure, "quoteGenerationService"),
      ] + vendorTDX
    }
  }

  private init(_ name: String, _ kind: ValueKind, _ item: String?) {
    (self.name, self.kind, self.item) = (name, kind, item)
  }

  private static let common = [
    Self("cbitpos", .number(bits: 32), "cbitpos"),
    Self("reduced-phys-bits", .number(bits: 32), "reducedPhysBits"),
    Self("kernel-hashes", .flag, "kernelHashes"),
  ]
  // Never released upstream: a libvirt that sends them needs the QEMU it was patched for.
  private static let vendorSNP = [
    Self("vcek-required", .flag, nil), Self("certs-path", .text, nil),
  ]
  private static let vendorTDX = [Self("quote-generation-service", .text, nil)]
}
