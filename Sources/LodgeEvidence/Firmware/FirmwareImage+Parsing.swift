package import Foundation
import LodgeBindings
package import LodgeModel

extension FirmwareImage {
  /// Reads what the bytes of an image say of it, its compressed sections left alone.
  ///
  /// Nothing is thrown: what is broken is evidence too, and stands in the metadata as malformed.
  package init(parsing bytes: Data, source: Source) {
    self.init(LittleEndianBytes(bytes), source: source)
  }

  /// Reads what an image says of itself, its compressed sections left alone.
  ///
  /// Nothing is thrown: what is broken is evidence too, and stands in the metadata as malformed.
  init(_ image: LittleEndianBytes, source: Source, aliases: [String] = []) {
    let table = GUIDTable(in: image)
    self.init(
      source: source, aliases: aliases, size: image.count,
      // Of two entries with one GUID QEMU takes the first that it meets, too.
      table: Dictionary(
        (table?.entries ?? []).map { ($0.guid.description, hexadecimal($0.data)) },
        uniquingKeysWith: { first, _ in first }),
      resetBlock: table?.number(.resetBlock), secretArea: table?.area(.secretArea),
      hashArea: table?.area(.hashArea),
      sevMetadata: MetadataLayout.sev.read(image, table: table),
      tdvf: MetadataLayout.tdvf.read(image, table: table),
      lacksItsFront: image.lacksItsFront ? true : nil, lacksItsEnd: image.lacksItsEnd ? true : nil)
  }
}

extension LittleEndianBytes {
  /// Whether these are firmware of an x86 machine: a variable store has no code and no reset vector.
  ///
  /// A compressed section is enough, so that an image that lost its end is still seen.
  var isFirmware: Bool {
    hasBytes("VTF\0".utf8, at: count - Self.resetVectorSize - 4) || GUIDTable(in: self) != nil
      || !LZMASection.all(in: self).isEmpty
  }

  /// Whether these are a disk image or an IGVM file, which hold firmware in a way of their own.
  var isContainer: Bool {
    hasBytes([0x51, 0x46, 0x49, 0xfb], at: 0) || hasBytes("IGVM".utf8, at: 0)
  }

  /// The volume top file ends with the reset vector, and names itself before it.
  ///
  /// **Source:** edk2 OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm.
  private static let resetVectorSize = 16
}
