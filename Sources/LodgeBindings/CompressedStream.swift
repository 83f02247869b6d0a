import Foundation

/// A compressed stream without whatever bytes follow it.
///
/// The XZ and Zstandard decoders take bytes behind a stream for the start of another and fail, but
/// a kernel has its unpacked size there and a firmware volume its padding. Where a stream ends is
/// told by its framing, without unpacking it.
struct CompressedStream {
  /// The formats that kernels, modules and firmware volumes come in.
  enum Format: String, CaseIterable {
    case gzip
    case xz
    case zstd
    case lz4
    /// The headerless format of the LZMA SDK, known as LZMA-alone.
    case lzma
  }

  let format: Format
  let bytes: Data

  /// Recognises a stream by its first bytes; nil for bytes that are not compressed.
  init?(_ bytes: Data) {
    let reader = LittleEndianBytes(bytes)
    guard let format = Self.format(of: reader) else { return nil }
    let end =
      switch format {
      case .gzip, .lzma: bytes.count
      case .xz: Self.endOfXZ(reader)
      case .zstd: Self.endOfZstandard(reader)
      case .lz4: Self.endOfLZ4(reader)
      }
    self.format = format
    self.bytes = bytes.prefix(end)
  }

  private static func format(of bytes: LittleEndianBytes) -> Format? {
    switch bytes.integer(at: 0, as: UInt32.self) {
    case zstandardMagic: return .zstd
    case lz4Magic, lz4LegacyMagic: return .lz4
    default: break
    }
    if bytes.hasBytes([0x1F, 0x8B, 8], at: 0) { return .gzip }
    if bytes.hasBytes([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], at: 0) { return .xz }
    return isLZMAAlone(bytes) ? .lzma : nil
  }

  /// Judges the header of LZMA-alone, which has no magic number, as liblzma's picky decoder does.
  private static func isLZMAAlone(_ bytes: LittleEndianBytes) -> Bool {
    // lc=3, lp=0, pb=2: the default, used by xz, the kernel and EDK II alike.
    guard bytes.hasBytes([0x5D], at: 0),
      let dictionary = bytes.integer(at: 1, as: UInt32.self),
      let size = bytes.integer(at: 5, as: UInt64.self)
    else { return false }
    let isUsualDictionary =
      dictionary >= 1 << 12 && dictionary <= 1 << 30 && dictionary.nonzeroBitCount <= 2
    return isUsualDictionary && (size == .max || size < 1 << 38)
  }
}

extension CompressedStream {
  private static var zstandardMagic: UInt32 { 0xFD2F_B528 }
  private static var lz4Magic: UInt32 { 0x184D_2204 }
  private static var lz4LegacyMagic: UInt32 { 0x184C_2102 }

  /// Finds the last stream footer, whose flags repeat those of the header.
  ///
  /// **Source:** The .xz File Format 1.2, sections 2.1.1 and 2.1.2.
  private static func endOfXZ(_ stream: LittleEndianBytes) -> Int {
    let count = stream.bytes.count
    guard let flags = stream.integer(at: 6, as: UInt16.self) else { return count }
    let oldest = max(32, count - 65_536)
    for end in stride(from: count, through: oldest, by: -1)
    where stream.hasBytes([0x59, 0x5A], at: end - 2) {
      if stream.integer(at: end - 4, as: UInt16.self) == flags { return end }
    }
    return count
  }

  /// Walks the blocks of all frames that follow each other.
  ///
  /// **Source:** RFC 8878, section 3.1.
  private static func endOfZstandard(_ stream: LittleEndianBytes) -> Int {
    var end = 0
    while let magic = stream.integer(at: end, as: UInt32.self) {
      let isSkippable = magic & ~0xF == 0x184D_2A50
      guard isSkippable || magic == zstandardMagic else { break }
      let frame = isSkippable ? skippableFrame(stream, at: end) : zstandardFrame(stream, at: end)
      guard let frame, frame <= stream.bytes.count else { return stream.bytes.count }
      end = frame
    }
    return end
  }

  private static func skippableFrame(_ stream: LittleEndianBytes, at start: Int) -> Int? {
    stream.integer(at: start + 4, as: UInt32.self).map { start + 8 + Int($0) }
  }

  private static func zstandardFrame(_ stream: LittleEndianBytes, at start: Int) -> Int? {
    guard let descriptor = stream.integer(at: start + 4, as: UInt8.self) else { return nil }
    let isSingleSegment = descriptor & 0x20 != 0
    let dictionary = [0, 1, 2, 4][Int(descriptor & 3)]
    let contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
    var end = start + 5 + (isSingleSegment ? 0 : 1) + dictionary + contentSize
    while let low = stream.integer(at: end, as: UInt16.self),
      let high = stream.integer(at: end + 2, as: UInt8.self)
    {
      let header = Int(low) | Int(high) << 16
      let isRunLength = header >> 1 & 3 == 1
      end += 3 + (isRunLength ? 1 : header >> 3)
      if header & 1 == 1 { return end + (descriptor & 4 != 0 ? 4 : 0) }
    }
    return nil
  }

  /// Walks the blocks of one frame.
  ///
  /// **Source:** LZ4 Frame Format 1.6.4, including its legacy frame, which the kernel uses.
  private static func endOfLZ4(_ stream: LittleEndianBytes) -> Int {
    let isLegacy = stream.integer(at: 0, as: UInt32.self) == lz4LegacyMagic
    let end = isLegacy ? legacyLZ4Frame(stream) : lz4Frame(stream)
    return min(end ?? stream.bytes.count, stream.bytes.count)
  }

  private static func lz4Frame(_ stream: LittleEndianBytes) -> Int? {
    guard let flags = stream.integer(at: 4, as: UInt8.self) else { return nil }
    let (hasBlockChecksums, hasChecksum) = (flags & 0x10 != 0, flags & 4 != 0)
    var end = 7 + (flags & 8 != 0 ? 8 : 0) + (flags & 1 != 0 ? 4 : 0)
    while let block = stream.integer(at: end, as: UInt32.self) {
      if block == 0 { return end + 4 + (hasChecksum ? 4 : 0) }
      end += 4 + Int(block & 0x7FFF_FFFF) + (hasBlockChecksums ? 4 : 0)
    }
    return nil
  }

  private static func legacyLZ4Frame(_ stream: LittleEndianBytes) -> Int? {
    // What 8 MiB, the size of a block, can take at worst: LZ4_COMPRESSBOUND in lz4.h.
    let largest: UInt32 = 8_421_520
    var end = 4
    while let block = stream.integer(at: end, as: UInt32.self), block > 0, block <= largest {
      end += 4 + Int(block)
    }
    return end
  }
}
