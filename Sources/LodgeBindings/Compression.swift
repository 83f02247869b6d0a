import CLibarchive
package import Foundation

/// A way in which kernels and modules are packed; stands on libarchive.
package enum Compression: String, CaseIterable, Sendable {
  case gzip
  case xz
  case zstd

  /// What it adds to the name of a file.
  package var ending: String {
    switch self {
    case .gzip: "gz"
    case .xz: "xz"
    case .zstd: "zst"
    }
  }

  /// Packs bytes, quickly rather than well.
  ///
  /// - Throws: ``CompressionFailure`` where libarchive cannot.
  package func pack(_ bytes: Data) throws(CompressionFailure) -> Data {
    let writer = try RawWriter()
    try writer.use(self)
    return try writer.write(bytes)
  }
}

/// Why bytes could not be packed.
package struct CompressionFailure: Error, Equatable, CustomStringConvertible {
  package let description: String
}

/// A libarchive handle for one stream, freed when the value goes away.
@safe private struct RawWriter: ~Copyable {
  private let archive: OpaquePointer

  init() throws(CompressionFailure) {
    guard let archive = unsafe archive_write_new() else {
      throw CompressionFailure(description: "cannot pack: out of memory")
    }
    unsafe self.archive = unsafe archive
  }

  deinit { unsafe archive_write_free(archive) }

  /// Says how to pack; stands on archive_write_add_filter_gzip(3) and its like.
  func use(_ format: Compression) throws(CompressionFailure) {
    try check(unsafe archive_write_set_format_raw(archive))
    switch format {
    case .gzip: try check(unsafe archive_write_add_filter_gzip(archive))
    case .xz: try check(unsafe archive_write_add_filter_xz(archive))
    case .zstd: try check(unsafe archive_write_add_filter_zstd(archive))
    }
    try check(unsafe archive_write_set_filter_option(archive, nil, "compression-level", "1"))
    // What is written is not filled up to a block of a tape.
    try check(unsafe archive_write_set_bytes_in_last_block(archive, 1))
  }

  /// Packs a stream; stands on archive_write_open_memory(3).
  func write(_ bytes: Data) throws(CompressionFailure) -> Data {
    // Packed bytes that cannot be made fewer take a little more room.
    var packed = [UInt8](repeating: 0, count: bytes.count + bytes.count / 8 + 1 << 16)
    var used = 0
    let written = unsafe packed.withUnsafeMutableBytes { buffer in
      unsafe withUnsafeMutablePointer(to: &used) { used in
        Result { () throws(CompressionFailure) in
          try check(
            unsafe archive_write_open_memory(archive, buffer.baseAddress, buffer.count, used))
          try write(entryOf: bytes)
          try check(unsafe archive_write_close(archive))
        }
      }
    }
    try written.get()
    return Data(packed.prefix(used))
  }

  /// Writes the one entry that a raw stream has; stands on archive_write_data(3).
  private func write(entryOf bytes: Data) throws(CompressionFailure) {
    let entry = unsafe archive_entry_new()
    defer { unsafe archive_entry_free(entry) }
    unsafe archive_entry_set_filetype(entry, UInt32(CLibarchive.S_IFREG))
    try check(unsafe archive_write_header(archive, entry))
    let count = unsafe bytes.withUnsafeBytes { source in
      unsafe archive_write_data(archive, source.baseAddress, source.count)
    }
    guard count == bytes.count else { throw failure }
  }

  private func check(_ code: Int32) throws(CompressionFailure) {
    guard code == ARCHIVE_OK else { throw failure }
  }

  private var failure: CompressionFailure {
    let reason = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
    return CompressionFailure(description: "cannot pack: \(reason ?? "no reason given")")
  }
}
