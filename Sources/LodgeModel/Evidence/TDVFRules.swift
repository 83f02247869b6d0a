extension FirmwareImage.Metadata<FirmwareImage.TDVFSection> {
  /// Why QEMU cannot start a TDX guest with the metadata; empty where it can.
  ///
  /// The size is that of the image, in bytes.
  ///
  /// **Source:** QEMU hw/i386/tdvf.c (tdvf_parse_section_entry) and hw/i386/x86-common.c, which
  /// loads the file to end at 4 GiB; Intel TDX Virtual Firmware Design Guide, "TDVF descriptor".
  func refusals(inFileOf size: Int) -> [String] {
    switch self {
    case .none: ["has no TDVF metadata"]
    case .malformed(let why): ["has malformed TDVF metadata: \(why)"]
    case .sections(let version, let sections):
      (version == 1 ? [] : ["has TDVF metadata of version \(version), not 1"])
        + (sections.count >= 2 ? [] : ["has fewer than two TDVF sections"])
        + sections.flatMap { $0.refusals(inFileOf: size) }
        + handOffObstacle(in: sections) + placementObstacle(of: sections, inFileOf: size)
        + overlaps(of: sections)
    }
  }

  /// Why a TDX guest that QEMU starts does not work, or runs code that nobody attests.
  ///
  /// **Source:** Intel TDX Virtual Firmware Design Guide, "TDVF descriptor": the boot firmware
  /// volume is extended into MRTD and ends at 4 GiB with the reset vector.
  func defects(inFileOf size: Int) -> [String] {
    guard case .sections(_, let sections) = self else { return [] }
    return sections.filter { $0.kind == .bootVolume }.flatMap { $0.defects(inFileOf: size) }
  }

  private func handOffObstacle(in sections: [FirmwareImage.TDVFSection]) -> [String] {
    let count = sections.count { $0.kind == .handOff }
    return count == 1 ? [] : ["has \(count) TD_HOB sections, not 1"]
  }

  /// The first byte of a file that QEMU maps below 4 GiB must be the first that TDVF measures.
  private func placementObstacle(
    of sections: [FirmwareImage.TDVFSection], inFileOf size: Int
  ) -> [String] {
    guard let lowest = sections.filter({ $0.rawSize > 0 }).map(\.address).min() else { return [] }
    let start = FirmwareImage.area(ofFileOf: size).base
    return lowest == start
      ? []
      : ["is loaded at \(start.hexadecimal), but TDVF places it at \(lowest.hexadecimal)"]
  }
}

extension FirmwareImage.Metadata<FirmwareImage.TDVFSection> {
  /// A page that is added twice is refused by the TDX module.
  private func overlaps(of sections: [FirmwareImage.TDVFSection]) -> [String] {
    let sorted = sections.filter { $0.memorySize > 0 }.sorted { $0.address < $1.address }
    return zip(sorted, sorted.dropFirst()).compactMap { lower, upper in
      upper.address - lower.address < lower.memorySize
        ? "has TDVF sections that overlap at \(upper.address.hexadecimal)" : nil
    }
  }
}

extension FirmwareImage.TDVFSection {
  /// Firmware ends here, and all that it needs before it knows of the guest's memory is below.
  private static let end: UInt64 = 1 << 32

  fileprivate func refusals(inFileOf size: Int) -> [String] {
    guard let kind else { return ["has a TDVF section of unsupported type \(type)"] }
    var obstacles: [String] = []
    if kind.hasData == (rawSize == 0) {
      obstacles.append("has a TDVF section of type \(type) with \(rawSize) bytes of data")
    }
    if UInt64(dataOffset) + UInt64(rawSize) > UInt64(clamping: size) {
      obstacles.append("has a TDVF section of type \(type) that reaches beyond the file")
    }
    if UInt64(rawSize) > memorySize {
      obstacles.append("has a TDVF section of type \(type) with more data than memory")
    }
    if address % Page.size != 0 || memorySize % Page.size != 0 {
      obstacles.append(
        "has a TDVF section of type \(type) that is not page-aligned: "
          + "\(memorySize.hexadecimal) bytes at \(address.hexadecimal)")
    }
    if address > Self.end || memorySize > Self.end - address {
      obstacles.append(
        "has a TDVF section of type \(type) that ends above 4 GiB, where a guest need not have "
          + "memory")
    }
    if memorySize == 0 { obstacles.append("has an empty TDVF section of type \(type)") }
    return obstacles
  }

  fileprivate func defects(inFileOf size: Int) -> [String] {
    var defects: [String] = []
    if attributes & 1 == 0 {
      defects.append("has a boot volume that is not extended into MRTD: nothing attests its code")
    }
    if address <= Self.end, memorySize == Self.end - address,
      UInt64(dataOffset) + UInt64(rawSize) != UInt64(clamping: size)
    {
      defects.append(
        "has a boot volume at the end of memory whose data are not those at the end of the file")
    }
    return defects
  }
}

extension FirmwareImage.TDVFSection.Kind {
  /// Whether the section is filled from the file.
  fileprivate var hasData: Bool { self == .bootVolume || self == .configurationVolume }
}
