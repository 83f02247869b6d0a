import LodgeModel

extension FirmwareDescriptors {
  /// The descriptors that claim a domain type, in libvirt's order of preference.
  func claiming(_ type: DomainType) -> [FirmwareDescriptor] {
    guard let feature = FirmwareDescriptor.feature(for: type) else { return [] }
    return descriptors.filter { $0.features.contains(feature) }
  }
}

extension FirmwareDescriptor {
  /// The file's name without its folder.
  var name: String { source.file.lastComponent }
}

extension FirmwareImage {
  /// The file's name without its folder.
  var name: String { source.file.lastComponent }
}

extension String {
  /// What follows the last slash.
  fileprivate var lastComponent: String { split(separator: "/").last.map(String.init) ?? self }
}

extension Contract.Verdict {
  /// No descriptor of the set claims a domain type.
  static func notClaimed(_ type: DomainType) -> Self {
    .notApplicable(
      "no firmware descriptor claims \(FirmwareDescriptor.feature(for: type) ?? type.title)")
  }
}

extension Facts {
  /// The images that descriptors claim for a domain type, each once.
  ///
  /// - Throws: `MissingFact` where a claimed image is not in the root: it cannot be judged, and
  ///   ``LodgeModel/Contract/descriptorFeatures`` fails for it.
  func claimedImages(for type: DomainType) throws(MissingFact) -> [FirmwareImage] {
    let (images, claims) = (try self.firmware, try self.descriptors.claiming(type))
    var claimed: [FirmwareImage] = []
    for descriptor in claims {
      guard let image = images.image(at: descriptor.filename) else {
        throw MissingFact(
          name: .firmware,
          reason: "\(descriptor.filename), which \(descriptor.name) names, is not in the root",
          isUnreadable: false)
      }
      if !claimed.contains(where: { $0.source == image.source }) { claimed.append(image) }
    }
    return claimed
  }
}
