import LodgeBindings
import LodgeModel

extension MetadataLayout<FirmwareImage.SEVSection> {
  /// The pages that an SEV-SNP launch prepares.
  ///
  /// **Source:** edk2 OvmfPkg/ResetVector/X64/OvmfSevMetadata.asm.
  static let sev = MetadataLayout(
    announcement: .sevMetadata, signature: "ASEV", sectionSize: 12
  ) { image, offset in
    guard let base = image.integer(at: offset, as: UInt32.self),
      let size = image.integer(at: offset + 4, as: UInt32.self),
      let type = image.integer(at: offset + 8, as: UInt32.self)
    else { return nil }
    return FirmwareImage.SEVSection(base: UInt64(base), size: UInt64(size), type: type)
  }
}
