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
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }
    let layers: [(member: Member, testimony: Testimony)] = [
      (.kernel, try facts.uapi.testimonyOnTDX),
      (.qemu, try facts.qom.testimony(on: type, by: "QEMU ")),
      (.libvirt, try facts.launchSecurity.testimony(on: type, by: "libvirt ")),
      (.firmware, try facts.firmware.testimony(on: type)),
    ]
    return .judged(
      layers.filter { !$0.testimony.isOffer }.map { member, layer in
        Finding(
          .fail, "\(layer.words), while \(promises.listed())", where: layer.place,
          sides: [.init(member, layer.words)] + facts.sides(promising: type))
      })
  }
}

extension UAPIHeaders {
  /// Whether the kernel's source knows TDX; whether it was built is another contract's question.
  fileprivate var testimonyOnTDX: Testimony {
    Interface.tdxCommands.isKnown(to: self)
      ? .shows("the kernel's headers have the TDX commands", at: place(of: "KVM_TDX_INIT_VM"))
      : .denies("the kernel's headers have no TDX commands", at: place(of: "KVM_TDX_INIT_VM"))
  }
}
