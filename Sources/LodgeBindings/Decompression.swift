import CLibarchive
package import Foundation

/// Unpacks what kernels, modules and firmware volumes are compressed with; stands on libarchive.
package enum Decompression {
  /// Unpacks gzip, xz, zstd, lz4 and LZMA-alone streams; other bytes are given back as they are.
  ///
  /// Bytes behind the stream are ignored.
  ///
  /// - Throws: ``DecompressionFailure`` where more than `limit` bytes or none come out, or the
  ///   stream is damaged or cut.
  package static func decompress(
    _ bytes: Data, limit: Int
  ) throws(DecompressionFailure) -> Data {
    guard let stream = CompressedStream(bytes) else {
      guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
      return bytes
    }
    let unpacked = unsafe stream.bytes.withUnsafeBytes { packed in
      Result { () throws(DecompressionFailure) in
        try unsafe RawReader(stream.format).read(packed, limit: limit)
      }
    }
    return try unpacked.get()
  }
}

/// Why bytes could not be unpacked.
package enum DecompressionFailure: Error, Equatable, CustomStringConvertible {
  case tooLarge(limit: Int)
  case damaged(format: String, reason: String)

  package var description: String {
    switch self {
    case .tooLarge(let limit): "cannot unpack: it has more than \(limit) bytes"
    case .damaged(let format, let reason): "cannot unpack \(format) stream: \(reason)"
    }
  }
}

/// A libarchive handle for one stream, freed when the value goes away.
@safe private struct RawReader: ~Copyable {
  private let archive: OpaquePointer
  private let format: CompressedStream.Format

  init(_ format: CompressedStream.Format) throws(DecompressionFailure) {
    guard let archive = unsafe archive_read_new() else {
      throw .damaged(format: format.rawValue, reason: "out of memory")
    }
    unsafe self.archive = unsafe archive
    self.format = format
  }

  deinit { unsafe archive_read_free(archive) }

  /// Unpacks a stream; stands on archive_read_append_filter(3) and archive_read_data_block(3).
  func read(
    _ packed: UnsafeRawBufferPointer, limit: Int
  ) throws(DecompressionFailure) -> Data {
    unsafe archive_read_support_format_raw(archive)
    // One filter, appended rather than guessed: what comes out is never unpacked again, and
    // libarchive runs no external program.
    try check(unsafe archive_read_append_filter(archive, format.filter))
    try check(unsafe archive_read_open_memory(archive, packed.baseAddress, packed.count))
    return try readBlocks(limit: limit)
  }

  private func readBlocks(limit: Int) throws(DecompressionFailure) -> Data {
    var unpacked = Data()
    var entry: OpaquePointer?
    try check(unsafe archive_read_next_header(archive, &entry))
    var block: UnsafeRawPointer?
    var (count, offset) = (0, la_int64_t(0))
    while try check(unsafe archive_read_data_block(archive, &block, &count, &offset)) == .more {
      guard count <= limit - unpacked.count else { throw .tooLarge(limit: limit) }
      unsafe unpacked.append(contentsOf: UnsafeRawBufferPointer(start: block, count: count))
    }
    return unpacked
  }

  private enum Progress { case more, end }

  @discardableResult
  private func check(_ code: Int32) throws(DecompressionFailure) -> Progress {
    switch code {
    case ARCHIVE_OK: return .more
    case ARCHIVE_EOF: return .end
    default:
      let reason = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
      throw .damaged(format: format.rawValue, reason: reason ?? "error \(code)")
    }
  }
}

extension CompressedStream.Format {
  /// The number of the filter in archive.h.
  fileprivate var filter: Int32 {
    switch self {
    case .gzip: ARCHIVE_FILTER_GZIP
    case .xz: ARCHIVE_FILTER_XZ
    case .zstd: ARCHIVE_FILTER_ZSTD
    case .lz4: ARCHIVE_FILTER_LZ4
    case .lzma: ARCHIVE_FILTER_LZMA
    }
  }
}
