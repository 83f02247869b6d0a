package import LodgeModel

extension Contract {
  /// Where one layer of a set offers TDX, all its layers are new enough for it.
  package static let tdxLayers = Contract(
    id: "set.tdx-layers", catalogue: "R03",
    claim: "Every layer of the set has the TDX interface once one of them promises TDX",
    from: [.kernel, .qemu, .libvirt, .firmware], to: [.libvirt],
    basis: "first releases: Linux 6.16, QEMU 10.1 (tdx-guest), libvirt 11.6 (type='tdx'), edk2 "
      + "stable202205 (OvmfPkg/IntelTdx); judged by headers, QOM, schema and TDVF metadata",
    remedy: "bring the layer that is behind to the release that has TDX, together with the others",
    knownCase: "an upgrade replaced only the patched QEMU: libvirt then said \"launch security is "
      + "not supported with this QEMU binary\", canonical/tdx#46",
    protecting: [.tdx], reads: .promises + [.uapi, .firmware]
  ) { type, facts throws(MissingFact) in
    try facts.judgeLayers(of: type)
  }
}
