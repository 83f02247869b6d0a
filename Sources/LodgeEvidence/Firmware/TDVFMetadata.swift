import LodgeBindings
import LodgeModel

extension MetadataLayout<FirmwareImage.TDVFSection> {
  /// The pieces of firmware and memory that a TDX launch adds.
  ///
  /// **Source:** Intel TDX Virtual Firmware Design Guide, "TDVF descriptor"; edk2
  /// OvmfPkg/ResetVector/X64/OvmfTdxMetadata.asm.
  static let tdvf = MetadataLayout(
    announcement: .tdxMetadata, signature: "TDVF", sectionSize: 32
  ) { image, offset in
    guard let dataOffset = image.integer(at: offset, as: UInt32.self),
      let rawSize = image.integer(at: offset + 4, as: UInt32.self),
      let address = image.integer(at: offset + 8, as: UInt64.self),
      let memorySize = image.integer(at: offset + 16, as: UInt64.self),
      let type = image.integer(at: offset + 24, as: UInt32.self),
      let attributes = image.integer(at: offset + 28, as: UInt32.self)
    else { return nil }
    return FirmwareImage.TDVFSection(
      dataOffset: dataOffset, rawSize: rawSize, address: address, memorySize: memorySize,
      type: type, attributes: attributes)
  }
}
