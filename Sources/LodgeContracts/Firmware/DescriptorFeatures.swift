package import LodgeModel

extension Contract {
  /// A firmware descriptor claims what its image can do.
  package static let descriptorFeatures = Contract(
    id: "firmware.descriptor-features", catalogue: "R30",
    claim: "Each image that a descriptor claims for the type is in the set and can start it",
    from: [.firmware], to: [.libvirt],
    basis: "QEMU docs/interop/firmware.json (features amd-sev, amd-sev-es, amd-sev-snp, "
      + "intel-tdx) against the image's table of GUIDed structures",
    remedy: "remove the feature from the descriptor, or ship the image that has it",
    knownCase: "libvirt chooses by descriptor alone, so a wrong claim shows as a guest that dies "
      + "in its first instructions",
    protecting: DomainType.confidential, reads: [.firmware, .descriptors]
  ) { type, facts throws(MissingFact) in
    let (images, descriptors) = (try facts.firmware, try facts.descriptors)
    let claims = descriptors.claiming(type)
    guard !claims.isEmpty else { return .notClaimed(type) }
    let feature = FirmwareDescriptor.feature(for: type) ?? type.rawValue
    let others = descriptors.descriptors.filter { !$0.features.contains(feature) }
    return .judged(
      claims.compactMap { images.broken(claim: $0, to: feature, type) }
        + claims.flatMap { $0.flaws(claiming: type) }
        + others.compactMap { images.unclaimed(ability: feature, type, of: $0) })
  }
}

extension FirmwareDescriptor {
  /// What of its mapping keeps domains from starting.
  ///
  /// **Source:** QEMU docs/interop/firmware.json, FirmwareMappingFlash; libvirt
  /// src/qemu/qemu_firmware.c, which copies format and template into the domain.
  fileprivate func flaws(claiming type: DomainType) -> [Finding] {
    let missing = (missingFiles ?? []).map { file in
      flaw(
        .fail, type, "names \(file), which is not in the set: domains with it do not start",
        "has no \(file)")
    }
    let formats = Set(formats ?? []).subtracting(["raw"]).sorted().map { format in
      flaw(.fail, type, "says that its files are \(format), and they are raw", "is raw")
    }
    let relative =
      filename.hasPrefix("/")
      ? []
      : [flaw(.warn, type, "names \(filename) without the folder it is in", "is in a folder")]
    return missing + formats + relative
  }

  private func flaw(
    _ grade: Finding.Grade, _ type: DomainType, _ words: String, _ firmware: String
  ) -> Finding {
    Finding(
      grade, "\(name) \(words)", where: source.at("mapping"),
      sides: [side(claiming: type), .init(.firmware, firmware)])
  }
}

extension FirmwareImages {
  fileprivate func broken(
    claim: FirmwareDescriptor, to feature: String, _ type: DomainType
  ) -> Finding? {
    guard let image = image(at: claim.filename) else {
      return Finding(
        .fail, "\(claim.name) claims \(feature) for \(claim.filename), which is not in the set",
        where: claim.source.at("mapping"),
        sides: [
          claim.side(claiming: type),
          .init(.firmware, "has no \(claim.filename)"),
        ], remedy: "ship the image that the descriptor names")
    }
    return image.obstacles(to: type).first.map {
      Finding(
        .fail, "\(claim.name) claims \(feature), but \(image.name) \($0)",
        where: claim.source.at("features"),
        sides: [claim.side(claiming: type), Finding.Side(who: image.name, says: $0)])
    }
  }

  fileprivate func unclaimed(
    ability feature: String, _ type: DomainType, of descriptor: FirmwareDescriptor
  ) -> Finding? {
    guard let image = image(at: descriptor.filename), image.obstacles(to: type).isEmpty else {
      return nil
    }
    return Finding(
      .info, "\(image.name) has what \(feature) needs, but \(descriptor.name) does not claim it",
      where: descriptor.source.at("features"))
  }
}
