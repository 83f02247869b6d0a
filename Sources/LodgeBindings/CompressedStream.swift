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
  /// The stream from its first byte to its last.
  let bytes: Data

  /// Recognises a stream by its first bytes; nil for bytes that are not compressed.
  init?(_ bytes: Data) {
    let reader = LittleEndianBytes(bytes)
    guard let format = Self.format(of: reader) else { return nil }
    let end =
      switch format {
      case .gzip, .lzma: bytes.count
      case .xz: Self.endOfXZ(reader)
      case .zstd, .lz4: Self.endOfFrames(reader)
      }
    self.format = format
    self.bytes = bytes.prefix(end)
  }

  private static func format(of bytes: LittleEndianBytes) -> Format? {
    switch CompressedFrame(at: 0, in: bytes) {
    case .zstandard: return .zstd
    case .lz4, .legacyLZ4: return .lz4
    case .skippable, nil: break
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

  /// Walks frames that follow each other, giving the end of the last.
  ///
  /// A frame that is cut takes all bytes with it: saying so is left to the decoder.
  private static func endOfFrames(_ stream: LittleEndianBytes) -> Int {
    var end = 0
    while let frame = CompressedFrame(at: end, in: stream) {
      guard let next = frame.end(from: end, in: stream), next <= stream.bytes.count else {
        return stream.bytes.count
      }
      end = next
    }
    return end
  }
}
