import LodgeModel

extension FirmwareDescriptors {
  /// Whether a descriptor claims a domain type; nil where there is nothing to ask.
  func testimony(on type: DomainType) -> Testimony? {
    guard let feature = FirmwareDescriptor.feature(for: type) else { return nil }
    if let first = claiming(type).first {
      return .shows("\(first.name) claims \(feature)", at: first.source.at(feature))
    }
    guard let any = descriptors.first else { return nil }
    return .denies("no descriptor claims \(feature)", at: any.source.at())
  }
}

extension FirmwareImages {
  /// Whether an image could serve a domain type, whatever descriptors say.
  func testimony(on type: DomainType) -> Testimony {
    let candidates = images.filter { type.isServedFromFlash || $0.isWhole }
    if let able = candidates.first(where: { $0.obstacles(to: type).isEmpty }) {
      return .shows(
        "\(able.name) can, though no descriptor claims it", at: able.source.at())
    }
    guard let first = candidates.first, let obstacle = first.obstacles(to: type).first else {
      return .denies("no image is whole, as \(type.title) guests need it", at: "")
    }
    return .denies("\(first.name) \(obstacle)", at: first.source.at())
  }
}

extension DomainType {
  /// Whether QEMU can map the firmware as flash; SNP and TDX guests start from memory only.
  ///
  /// **Source:** QEMU hw/i386/pc_sysfw.c; KVM_CAP_READONLY_MEM is 0 for protected state.
  var isServedFromFlash: Bool { self != .sevSNP && self != .tdx }
}

extension FirmwareImage {
  /// Whether code and variables are one file, which alone can be loaded with `-bios`.
  ///
  /// Whole images fill a power of two of bytes; a split one is short of its variable store.
  var isWhole: Bool { size > 0 && size.nonzeroBitCount == 1 }
}
