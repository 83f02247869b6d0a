package import LodgeModel

extension Contract {
  /// The kernel can give SNP guests the features that QEMU lets users ask for.
  package static let secureTSC = Contract(
    id: "qemu.secure-tsc", catalogue: "R58",
    claim: "The kernel offers each SEV feature that QEMU lets an SNP guest ask for",
    from: [.kernel], to: [.qemu],
    basis: "QEMU qapi/qom.json after 11.1: debug-swap, secure-tsc (51ac358fde, a26f9b975d); Linux "
      + "arch/x86/kvm/svm/sev.c, sev_supported_vmsa_features: DebugSwap 6.10, SecureTSC 6.18",
    remedy: "take Linux 6.18 or later, or leave the property out",
    knownCase:
      "QEMU refuses a feature that KVM_X86_SEV_VMSA_FEATURES does not offer: \"unsupported "
      + "VMSA features\"; libvirt up to 12.8 has no element for either",
    protecting: [.sevSNP], reads: [.qom, .uapi, .modules, .kernel]
  ) { type, facts throws(MissingFact) in
    let qom = try facts.qom
    let offer = qom.testimony(on: type, by: "QEMU ")
    guard offer.isOffer else { return .notApplicable(offer.words) }
    let properties = try qom.settable(on: "sev-snp-guest")
    let asked = SaveAreaFeature.all.filter { properties[$0.property] != nil }
    guard !asked.isEmpty else {
      return .notApplicable("QEMU's sev-snp-guest has no property that asks for a SEV feature")
    }
    let headers = try facts.uapi
    return .judged(
      asked.compactMap { feature in
        guard let lack = facts.lack(of: feature, headers) else { return nil }
        return Finding(
          .warn, "QEMU lets SNP guests ask for \(feature.name), but the kernel \(lack)",
          where: qom.source.at("sev-snp-guest.\(feature.property)"),
          sides: [.init(.qemu, "has \(feature.property)"), .init(.kernel, lack)])
      })
  }
}

extension Facts {
  /// Why the kernel does not offer a feature; nil where it does, or where nothing tells.
  fileprivate func lack(of feature: SaveAreaFeature, _ headers: UAPIHeaders) -> String? {
    guard headers.constants["KVM_X86_SEV_VMSA_FEATURES"] != nil else {
      return "tells no features (KVM_X86_SEV_VMSA_FEATURES)"
    }
    if let parameter = feature.parameter,
      let module = ifKnown(\.modules)?.byName["kvm_amd"], module.defaults[parameter] == "N"
    {
      return "has kvm_amd.\(parameter) off"
    }
    // Headers of a later feature prove an earlier one, whatever the kernel calls itself.
    if feature.markers.contains(where: { headers.constants[$0] != nil }) { return nil }
    guard let version = ifKnown(\.kernel)?.version, let number = UpstreamVersion(version),
      number < feature.first
    else { return nil }
    return "is Linux \(version), and offers it since \(feature.first)"
  }
}

/// A feature of save areas that QEMU has a property for.
private struct SaveAreaFeature {
  var name: String
  /// The property of `sev-snp-guest`.
  var property: String
  /// The parameter of `kvm_amd` that can switch it off.
  var parameter: String?
  /// The first release whose KVM offers it.
  var first: UpstreamVersion
  /// Constants that only a kernel has that offers it as well.
  var markers: [String]

  /// **Source:** Linux arch/x86/kvm/svm/sev.c, sev_hardware_setup, 6.12 and 7.3.
  static let all = [
    Self(
      name: "DebugSwap", property: "debug-swap", parameter: "debug_swap",
      first: UpstreamVersion(6, 10), markers: ["KVM_X86_SEV_VMSA_FEATURES"]),
    Self(
      name: "SecureTSC", property: "secure-tsc", parameter: nil, first: UpstreamVersion(6, 18),
      markers: ["KVM_X86_SNP_POLICY_BITS"]),
  ]
}
