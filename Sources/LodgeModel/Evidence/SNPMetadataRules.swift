extension FirmwareImage.Metadata<FirmwareImage.SEVSection> {
  /// Why QEMU cannot start an SNP guest with the metadata; empty where it can.
  ///
  /// The size is that of the image, in bytes.
  ///
  /// **Source:** edk2 OvmfPkg/ResetVector/X64/OvmfSevMetadata.asm for the layout; QEMU
  /// target/i386/sev.c hands each section to KVM_SEV_SNP_LAUNCH_UPDATE, which refuses a range
  /// that is empty, unaligned or given twice.
  func obstacles(inFileOf size: Int) -> [String] {
    switch self {
    case .none: ["has no SEV metadata"]
    case .malformed(let why): ["has malformed SEV metadata: \(why)"]
    case .sections(let version, let sections):
      (version == 1 ? [] : ["has SEV metadata of version \(version), not 1"])
        + Section.Kind.needed.flatMap { $0.obstacles(in: sections) }
        + sections.compactMap(\.obstacle) + overlaps(of: sections, inFileOf: size)
    }
  }

  private func overlaps(
    of sections: [FirmwareImage.SEVSection], inFileOf size: Int
  ) -> [String] {
    let image = FirmwareImage.area(ofFileOf: size)
    let filled = sections.filter { $0.size > 0 }
    let sorted = filled.sorted { $0.base < $1.base }
    let covered = filled.filter { $0.base >= image.base || $0.size > image.base - $0.base }.map {
      "has an SEV section that overlaps the image itself at \($0.base.hexadecimal)"
    }
    return covered
      + zip(sorted, sorted.dropFirst()).compactMap { lower, upper in
        upper.base - lower.base < lower.size
          ? "has SEV sections that overlap at \(upper.base.hexadecimal)" : nil
      }
  }
}

extension FirmwareImage.SEVSection.Kind {
  /// The sections that an SNP guest cannot start without: one page each.
  fileprivate static let needed: [Self] = [.secrets, .cpuid]

  fileprivate func obstacles(in sections: [FirmwareImage.SEVSection]) -> [String] {
    let own = sections.filter { $0.kind == self }
    guard let only = own.first, own.count == 1 else {
      return ["has \(own.count) \(self) sections in its SEV metadata, not 1"]
    }
    return only.size == Page.size && only.base != 0
      ? [] : ["has a \(self) section that is no page: \(only.range)"]
  }
}

extension FirmwareImage.SEVSection {
  fileprivate var obstacle: String? {
    if size == 0 { return "has an empty SEV section of type \(type)" }
    return base % Page.size == 0 && size % Page.size == 0
      ? nil : "has an SEV section of type \(type) that is not page-aligned: \(range)"
  }

  fileprivate var range: String { "\(size.hexadecimal) bytes at \(base.hexadecimal)" }
}
