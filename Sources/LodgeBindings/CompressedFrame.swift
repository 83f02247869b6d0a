/// The framing of Zstandard and LZ4, whose streams are frames one behind the other.
///
/// **Source:** RFC 8878, section 3.1; LZ4 Frame Format 1.6.4, including its legacy frame, which the
/// kernel uses.
enum CompressedFrame {
  case zstandard
  case lz4
  case legacyLZ4
  /// Bytes for an application, in either format.
  case skippable

  /// Tells a frame by its magic number; nil where none begins.
  init?(at start: Int, in stream: LittleEndianBytes) {
    switch stream.integer(at: start, as: UInt32.self) {
    case 0xFD2F_B528: self = .zstandard
    case 0x184D_2204: self = .lz4
    case 0x184C_2102: self = .legacyLZ4
    case .some(0x184D_2A50...0x184D_2A5F): self = .skippable
    default: return nil
    }
  }

  /// Where the frame ends, which may be behind the stream; nil where its header or blocks are cut.
  func end(from start: Int, in stream: LittleEndianBytes) -> Int? {
    switch self {
    case .zstandard: Self.endOfZstandard(from: start, in: stream)
    case .lz4: Self.endOfLZ4(from: start, in: stream)
    case .legacyLZ4: Self.endOfLegacyLZ4(from: start, in: stream)
    case .skippable: stream.integer(at: start + 4, as: UInt32.self).map { start + 8 + Int($0) }
    }
  }

  private static func endOfZstandard(from start: Int, in stream: LittleEndianBytes) -> Int? {
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

  private static func endOfLZ4(from start: Int, in stream: LittleEndianBytes) -> Int? {
    guard let flags = stream.integer(at: start + 4, as: UInt8.self) else { return nil }
    let (hasBlockChecksums, hasChecksum) = (flags & 0x10 != 0, flags & 4 != 0)
    var end = start + 7 + (flags & 8 != 0 ? 8 : 0) + (flags & 1 != 0 ? 4 : 0)
    while let block = stream.integer(at: end, as: UInt32.self) {
      if block == 0 { return end + 4 + (hasChecksum ? 4 : 0) }
      end += 4 + Int(block & 0x7FFF_FFFF) + (hasBlockChecksums ? 4 : 0)
    }
    return nil
  }

  private static func endOfLegacyLZ4(from start: Int, in stream: LittleEndianBytes) -> Int? {
    // What 8 MiB, the size of a block, can take at worst: LZ4_COMPRESSBOUND in lz4.h.
    let largest: UInt32 = 8_421_520
    var end = start + 4
    while let block = stream.integer(at: end, as: UInt32.self), block > 0, block <= largest {
      end += 4 + Int(block)
    }
    return end
  }
}
