import Foundation
import LodgeBindings

/// A GUIDed section of a firmware volume that LZMA compresses.
///
/// **Source:** UEFI Platform Initialization specification, volume 3, "EFI_SECTION_GUID_DEFINED";
/// edk2 MdeModulePkg/Include/Guid/LzmaDecompress.h.
struct LZMASection: Hashable, Sendable {
  /// What is compressed, as an LZMA-alone stream; nil where the image ends before it does.
  let payload: Data?

  /// The sections of an image, in its order; real images have one.
  static func all(in image: LittleEndianBytes) -> [LZMASection] {
    var sections: [LZMASection] = []
    var start = 0
    while sections.count < limit, let offset = image.firstOffset(of: guid.bytes, from: start) {
      LZMASection(guidAt: offset, in: image).map { sections.append($0) }
      start = offset + 1
    }
    return sections
  }

  /// What the payload unpacks to; nil where it is cut off or damaged.
  func unpacked() -> Data? {
    guard let payload,
      let size = LittleEndianBytes(payload).integer(at: 5, as: UInt64.self),
      // Why a stream is damaged does not matter here: nobody can tell what the section holds.
      let volume = try? Decompression.decompress(payload, limit: Self.unpackedLimit),
      // Bytes that no format was seen in come back as they are, and so with a size of their own.
      volume.count == size
    else { return nil }
    return volume
  }

  /// The section whose header has its GUID there; nil where that is no such header.
  private init?(guidAt offset: Int, in image: LittleEndianBytes) {
    guard
      let sizeAndType = image.integer(at: offset - 4, as: UInt32.self),
      let dataOffset = image.integer(at: offset + GUID.size, as: UInt16.self),
      let attributes = image.integer(at: offset + GUID.size + 2, as: UInt16.self),
      attributes & Self.processingRequired != 0
    else { return nil }
    // A section of 16 MiB and more has its size between the common header and the GUID.
    if image.integer(at: offset - 8, as: UInt32.self) == Self.guidDefined << 24 | 0xff_ffff {
      self.init(
        start: offset - 8, size: Int(sizeAndType), dataOffset: Int(dataOffset), in: image)
    } else if sizeAndType >> 24 == Self.guidDefined {
      self.init(
        start: offset - 4, size: Int(sizeAndType & 0xff_ffff), dataOffset: Int(dataOffset),
        in: image)
    } else {
      return nil
    }
  }

  private init?(start: Int, size: Int, dataOffset: Int, in image: LittleEndianBytes) {
    guard dataOffset >= Self.shortestHeader, dataOffset < size else { return nil }
    payload = image.slice(at: start + dataOffset, count: size - dataOffset)
  }

  private static let guid = GUID(0xee4e_5898, 0x3914, 0x4259, 0x9d6e_dc7b_d794_03cf)
  private static let limit = 8
  private static let guidDefined: UInt32 = 2
  private static let processingRequired: UInt16 = 1
  private static let shortestHeader = 24
  /// Bytes; real volumes take 12 to 17 MiB.
  private static let unpackedLimit = 64 << 20
}
