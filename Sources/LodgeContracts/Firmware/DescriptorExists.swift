package import LodgeModel

extension Contract {
  /// No image for confidential guests lies in the set where libvirt does not find it.
  package static let descriptorExists = Contract(
    id: "firmware.descriptor-exists", catalogue: "R32",
    claim: "A descriptor leads libvirt to each image that could start a confidential type",
    from: [.firmware], to: [.libvirt],
    basis: "libvirt src/qemu/qemu_firmware.c chooses among descriptors alone; QEMU "
      + "docs/interop/firmware.json",
    remedy:
      "ship a descriptor that maps the image and claims what it can start, or leave the image out",
    knownCase: "CentOS Stream 9 ships OVMF_CODE.cc.fd without a descriptor, so that libvirt takes "
      + "the generic build for SEV guests, kubevirt/enhancements#242",
    reads: [.firmware, .descriptors, .qom, .launchSecurity]
  ) { _, facts throws(MissingFact) in
    let images = try facts.firmware.images
    let descriptors = try facts.descriptorsOrNone().descriptors
    let types = try facts.startableTypes()
    guard !types.isEmpty else {
      return .notApplicable("the set starts no confidential guest, so it needs no image for any")
    }
    let (named, others) = images.divided { image in
      descriptors.contains(where: image.isNamed(by:))
    }
    return .judged(others.compactMap { $0.findingWithoutDescriptor(types, beside: named) })
  }
}

extension Facts {
  /// The confidential types that QEMU starts; those that libvirt accepts, where QEMU is not known.
  ///
  /// - Throws: `MissingFact` where neither is known.
  fileprivate func startableTypes() throws(MissingFact) -> [DomainType] {
    if ifKnown(\.qom) == nil, let schema = ifKnown(\.launchSecurity) {
      return DomainType.confidential.filter(schema.allows)
    }
    let qom = try self.qom
    return DomainType.confidential.filter { qom.testimony(on: $0).isOffer }
  }
}

extension FirmwareImage {
  /// What is wrong with an image that no descriptor names; nil where it could start no type.
  ///
  /// Code beside a store of variables is the same build as others that are named, with other keys
  /// or other switches; it asks for a descriptor only where no named image does its work.
  fileprivate func findingWithoutDescriptor(
    _ types: [DomainType], beside named: [FirmwareImage]
  ) -> Finding? {
    let able = types.filter(serves)
    guard !able.isEmpty else { return nil }
    let isNeeded =
      isWhole || verifiesKernelHashes == true
      || able.contains { type in !named.contains { $0.serves(type) } }
    let titles = able.map(\.title).listed()
    return Finding(
      isNeeded ? .warn : .info,
      "\(name) could start \(titles), and no descriptor refers to it: libvirt never chooses it",
      where: source.at(),
      sides: [
        Finding.Side(who: name, says: "could start \(titles)"),
        Finding.Side(who: "descriptors", says: "none refers to it"),
      ])
  }
}

extension [FirmwareImage] {
  /// Those that fulfil a condition, and the others.
  fileprivate func divided(by isFirst: (FirmwareImage) -> Bool) -> (Self, Self) {
    (filter(isFirst), filter { !isFirst($0) })
  }
}
