package import LodgeModel

extension Contract {
  /// Where QEMU and libvirt promise a type, the firmware of the set claims it.
  package static let claimedTypes = Contract(
    id: "firmware.claims", catalogue: "R74",
    claim: "A firmware descriptor claims each type that QEMU and libvirt of the set promise",
    from: [.firmware], to: [.libvirt, .qemu],
    basis:
      "libvirt src/qemu/qemu_firmware.c, qemuFirmwareMatchDomain: a domain with launchSecurity "
      + "gets only firmware whose descriptor has the feature of its type",
    remedy: "add the feature to the descriptor of an image that can start the type, or ship such "
      + "an image with its descriptor",
    knownCase: "Debian 13: QEMU and libvirt start SNP guests, but no descriptor claims "
      + "amd-sev-snp: \"Unable to find 'efi' firmware that is compatible with the current "
      + "configuration\"",
    protecting: DomainType.confidential, reads: .promises + [.firmware]
  ) { type, facts throws(MissingFact) in
    guard let promises = try facts.promisesOfHypervisor(of: type) else {
      return .notApplicable("not both QEMU and libvirt promise \(type.title)")
    }
    let descriptors = try facts.descriptorsOrNone()
    guard descriptors.claiming(type).isEmpty else { return .kept }
    return .judged([
      descriptors.findingOnSilence(on: type, facts.ifKnown(\.firmware)?.images ?? [], promises)
    ])
  }.comparing(.promises + [.firmware]) { type, now, before throws(MissingFact) in
    guard let type, let promises = try now.promisesOfHypervisor(of: type) else {
      return .notApplicable("not both QEMU and libvirt promise \(type?.title ?? "it")")
    }
    guard let old = before.ifKnown(\.descriptors)?.claiming(type).first else { return .kept }
    let descriptors = try now.descriptorsOrNone()
    guard descriptors.claiming(type).isEmpty else { return .kept }
    let feature = FirmwareDescriptor.feature(for: type) ?? type.title
    return .judged([
      Finding(
        .fail,
        "no descriptor claims \(feature) any more, as \(old.name) did, while "
          + promises.map { "\($0.who) \($0.says)" }.listed(),
        where: descriptors.place(of: old.name) ?? old.source.at("features"),
        sides: [.before("\(old.name) claims \(feature)"), .now("no descriptor claims \(feature)")]
          + promises)
    ])
  }
}

extension Facts {
  /// What QEMU and libvirt say of a type that both promise; nil where one of them denies it.
  ///
  /// - Throws: `MissingFact` where one of them is not known.
  fileprivate func promisesOfHypervisor(
    of type: DomainType
  ) throws(MissingFact) -> [Finding.Side]? {
    let (qemu, libvirt) = (
      try self.qom.testimony(on: type), try self.launchSecurity.testimony(on: type)
    )
    guard qemu.isOffer, libvirt.isOffer else { return nil }
    return [.init(.qemu, qemu.words), .init(.libvirt, libvirt.words)]
  }
}

extension FirmwareDescriptors {
  /// The place of a descriptor of this name, as findings write it; nil where there is none.
  fileprivate func place(of name: String) -> String? {
    descriptors.first { $0.name == name }?.source.at("features")
  }

  /// What it means that no descriptor claims a type.
  ///
  /// A failure where the set has an image for this very type, so that only the claim is missing.
  /// A build that does a little of everything may be left unclaimed on purpose.
  fileprivate func findingOnSilence(
    on type: DomainType, _ images: [FirmwareImage], _ promises: [Finding.Side]
  ) -> Finding {
    let feature = FirmwareDescriptor.feature(for: type) ?? type.title
    let able = images.filter { $0.serves(type) }
    let meant = able.first { $0.isMade(for: type) }
    // One that a descriptor names lacks only the feature there.
    let named = able.first { descriptors.contains(where: $0.isNamed(by:)) }
    let image = meant ?? named ?? able.first { $0.isWhole } ?? able.first
    let naming = image.flatMap { image in descriptors.first(where: image.isNamed(by:)) }
    let ability = image.map { "\($0.name) could start it" } ?? "no image could start it"
    return Finding(
      meant == nil ? .warn : .fail,
      "no firmware descriptor claims \(feature), while "
        + promises.map { "\($0.who) \($0.says)" }.listed()
        + ": firmware='efi' finds nothing (\(ability))",
      where: naming?.source.at("features") ?? image?.source.at()
        ?? descriptors.first?.source.at("features") ?? "usr/share/qemu/firmware",
      sides: promises + [
        .init(.firmware, "no descriptor claims \(feature)"),
        Finding.Side(who: image?.name ?? "images", says: image == nil ? "none could" : "could"),
      ])
  }
}

extension FirmwareImage {
  /// Whether an image was built for guests of a type, rather than for all and so for these too.
  ///
  /// Every image starts plain SEV guests, and every distribution claims that. OvmfPkg/AmdSev alone
  /// compares kernel hashes, and OvmfPkg/IntelTdx alone can start TDX and not SNP.
  fileprivate func isMade(for type: DomainType) -> Bool {
    switch type {
    case .plain: false
    case .sev: true
    case .sevES, .sevSNP: verifiesKernelHashes == true
    case .tdx: !obstacles(to: .sevSNP).isEmpty
    }
  }
}
