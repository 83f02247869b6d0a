import LodgeModel

extension FirmwareDescriptors {
  /// The descriptors that claim a domain type and that libvirt takes for a q35 machine, in its order
  /// of preference.
  ///
  /// **Source:** libvirt src/qemu/qemu_firmware.c, `qemuFirmwareMatchDomain`.
  func claiming(_ type: DomainType) -> [FirmwareDescriptor] {
    naming(type).filter(\.isForQ35)
  }

  /// The descriptors that name the feature of a domain type, for whatever machine.
  func naming(_ type: DomainType) -> [FirmwareDescriptor] {
    guard let feature = FirmwareDescriptor.feature(for: type) else { return [] }
    return descriptors.filter { $0.features.contains(feature) }
  }
}

extension FirmwareDescriptor {
  /// The file's name without its folder.
  var name: String { source.file.lastComponent }

  /// Whether it is of guests of PCs; one without targets may be.
  var isForX86: Bool {
    targets.isEmpty || targets.keys.contains { ["x86_64", "i386"].contains($0) }
  }

  /// Whether it is of UEFI for x86-64 and has a pattern that a q35 machine can fit.
  fileprivate var isForQ35: Bool {
    interfaces.contains("uefi")
      && (targets["x86_64"] ?? []).contains { pattern in
        let start = pattern.prefix { !"*?[".contains($0) }
        return "pc-q35-".hasPrefix(start) || start.hasPrefix("pc-q35-") || pattern == "q35"
      }
  }

  /// What the descriptor says of a domain type that it claims, as a side of a finding.
  func side(claiming type: DomainType) -> Finding.Side {
    Finding.Side(who: name, says: "claims \(FirmwareDescriptor.feature(for: type) ?? type.title)")
  }
}

extension FirmwareImage {
  /// The file's name without its folder.
  var name: String { source.file.lastComponent }

  /// Whether the image can start guests of a domain type, as QEMU maps it for them.
  func serves(_ type: DomainType) -> Bool {
    (type.isServedFromFlash || isWhole) && obstacles(to: type).isEmpty
  }

  /// Whether a descriptor leads to the image, by any of its paths.
  func isNamed(by descriptor: FirmwareDescriptor) -> Bool { isAt(descriptor.filename) }
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

/// The images that descriptors claim for a domain type.
struct ClaimedImages {
  /// Those that are in the root, each once.
  var images: [FirmwareImage]
  /// The first that is not: it cannot be judged, and R30 fails for it.
  var missing: MissingFact?

  /// The verdict on what was found in the images that are there.
  ///
  /// - Throws: `MissingFact` where an image is missing and those that are there keep the promise.
  func verdict(_ findings: [Finding]) throws(MissingFact) -> Contract.Verdict {
    if let missing, !findings.contains(where: { $0.grade == .fail }) { throw missing }
    return .judged(findings)
  }
}

extension Facts {
  /// The firmware descriptors; none where the set has images and no descriptor at all.
  ///
  /// - Throws: `MissingFact` where descriptors could not be read, or there is no firmware.
  func descriptorsOrNone() throws(MissingFact) -> FirmwareDescriptors {
    if let descriptors = try ifThere(\.descriptors) { return descriptors }
    guard ifKnown(\.firmware) != nil else { return try self.descriptors }
    return FirmwareDescriptors(descriptors: [])
  }

  /// The images that descriptors claim for a domain type; nil where none claims it.
  ///
  /// - Throws: `MissingFact` where images or descriptors could not be read.
  func claimedImages(for type: DomainType) throws(MissingFact) -> ClaimedImages? {
    let (images, claims) = (try self.firmware, try self.descriptors.claiming(type))
    guard !claims.isEmpty else { return nil }
    var claimed = ClaimedImages(images: [])
    for descriptor in claims {
      if let image = images.image(at: descriptor.filename) {
        if !claimed.images.contains(where: { $0.source == image.source }) {
          claimed.images.append(image)
        }
      } else if claimed.missing == nil {
        claimed.missing = MissingFact(
          name: .firmware,
          reason: "\(descriptor.filename), which \(descriptor.name) names, is not in the root",
          isUnreadable: false)
      }
    }
    return claimed
  }
}
