package import LodgeModel

/// A file of the set that a scenario names by what it is.
package enum SetPath: Hashable, Sendable, CustomStringConvertible {
  /// A whole firmware image that can launch the type.
  case firmware(DomainType)
  /// The kernel image of the set.
  case kernel
  /// An initial RAM disk without files, which Lodge makes.
  case initrd

  /// Reads `firmware.TYPE`, `kernel` or `initrd`; nil for anything else.
  package init?(_ name: String) {
    switch name {
    case "kernel": self = .kernel
    case "initrd": self = .initrd
    default:
      guard name.hasPrefix("firmware."), let type = DomainType(rawValue: String(name.dropFirst(9)))
      else { return nil }
      self = .firmware(type)
    }
  }

  package var description: String {
    switch self {
    case .firmware(let type): "firmware.\(type.rawValue)"
    case .kernel: "kernel"
    case .initrd: "initrd"
    }
  }

  /// Whether the set has the file.
  package func isThere(in evidence: Evidence) -> Bool {
    switch self {
    case .kernel: evidence.kernel.value != nil
    case .initrd: true
    case .firmware(let type): evidence.firmwarePath(for: type) != nil
    }
  }
}

extension Evidence {
  /// The path of a whole firmware image that can launch a type; nil where the set has none.
  ///
  /// A descriptor's own choice comes first, then any image whose metadata fits.
  package func firmwarePath(for type: DomainType) -> String? {
    let feature = FirmwareDescriptor.feature(for: type)
    let claimed = descriptors.value?.descriptors.first { descriptor in
      descriptor.device == "memory" && feature.map(descriptor.features.contains) == true
    }
    if let claimed { return claimed.filename }
    let images = firmware.value?.images ?? []
    return images.first { $0.isWhole && $0.canLaunch(type) }.map { "/" + $0.source.file }
  }
}

extension FirmwareImage {
  /// Whether code and variables are in one file: whole flash images have a power of two of bytes.
  var isWhole: Bool { size > 0 && size & (size - 1) == 0 }

  fileprivate func canLaunch(_ type: DomainType) -> Bool {
    switch type {
    case .plain, .sev: true
    case .sevES: resetBlock != nil
    case .sevSNP: if case .sections = sevMetadata { true } else { false }
    case .tdx: if case .sections = tdvf { true } else { false }
    }
  }
}
