package import LodgeModel

extension Contract {
  /// libvirt promises TDX only where it can be launched.
  package static let tdxOffer = Contract(
    id: "libvirt.tdx-offer", catalogue: "R42",
    claim: "libvirt offers TDX only on hosts that have it, never on those of AMD",
    from: [.libvirt], to: [.qemu],
    basis:
      "libvirt src/qemu/qemu_capabilities.c: 11.6 to 11.9 ask kvmSupportsSecureGuest, which is "
      + "true of SEV too; 11.10 asks KVM_CAP_VM_TYPES (NEWS, 11.10.0)",
    remedy: "take libvirt 11.10 or later, or one with virQEMUCapsKVMSupportsVMTypeTDX",
    knownCase: "libvirt NEWS 11.10: domain capabilities of AMD hosts listed tdx",
    protecting: [.tdx], reads: [.libvirt, .launchSecurity, .qom, .kconfig, .texts]
  ) { type, facts throws(MissingFact) in
    for offer in [
      try facts.launchSecurity.testimony(on: type, by: "libvirt "),
      try facts.qom.testimony(on: type, by: "QEMU "),
    ] where !offer.isOffer {
      return .notApplicable("\(offer.words), so libvirt offers no TDX")
    }
    let libvirt = try facts.libvirt
    // What the driver holds decides; the version stands in where it was not searched.
    guard facts.ifKnown(\.texts)?.has("libvirt.marker.tdx-probe", in: .libvirt) != true,
      let version = UpstreamVersion(libvirt.version), version >= UpstreamVersion(11, 6),
      version < UpstreamVersion(11, 10)
    else { return .kept }
    if let kconfig = facts.ifKnown(\.kconfig), KconfigOption.amdSEV.name(in: kconfig) == nil {
      return .notApplicable("the kernel hosts no SEV guests, which libvirt would take for TDX")
    }
    return .judged([
      Finding(
        .fail, "libvirt \(version) offers TDX on every host with SEV, where none can be launched",
        where: libvirt.source.at(),
        sides: [
          .init(.libvirt, "is \(version), which asks for any secure guest"),
          .upstream("11.10 asks the kernel for its VM types"),
        ])
    ])
  }.launching("tdx/domcapabilities")
}
