import CLibarchive
import CLinux
package import Foundation
import Glibc

/// The entries of an archive of files, one after the other; owns a libarchive handle.
///
/// Stands on `archive_read_open_memory`; gzip, xz, zstd and bzip2 are told apart by content.
@safe package struct ArchiveReader: ~Copyable {
  /// One entry, as its header has it; nothing in it is to be trusted.
  package struct Entry: Sendable {
    /// What the entry would make.
    package enum Kind: Equatable, Sendable {
      case file(size: Int)
      case directory
      case symbolicLink(String)
      /// Another name of an entry before it; cpio gives the bytes with the last of them.
      case hardLink(String, size: Int)
      case device
      case pipeOrSocket
    }

    package var path: String
    package var kind: Kind
    /// Permission bits with setuid, setgid and sticky.
    package var mode: UInt32
  }

  /// What the stretch of a file holds.
  package enum Format: Sendable {
    /// A tar archive.
    case tar
    /// The payload of an RPM package with the headers before it.
    case rpm
  }

  private let handle: OpaquePointer
  private let mapped: UnsafeMutableRawPointer
  private let mappedSize: Int

  /// Starts reading an archive that is a stretch of a file.
  ///
  /// The file must not change while it is read. The stretch is given exactly, as libarchive's xz
  /// and zstd filters take bytes after the archive for damage.
  ///
  /// - Throws: ``ArchiveFailure`` where the stretch is not in the file, or libarchive refuses its
  ///   first bytes.
  package init(
    _ file: FileHandle, offset: Int, size: Int, format: Format = .tar
  ) throws(ArchiveFailure) {
    var mode: UInt32 = 0
    var fileSize: Int64 = 0
    guard unsafe lodge_kind_of_file(file.fileDescriptor, &mode, &fileSize) == 0, offset >= 0,
      size > 0, offset <= Int(fileSize) - size
    else { throw ArchiveFailure("it is cut short") }
    let end = offset + size
    let made = unsafe mmap(nil, end, PROT_READ, MAP_PRIVATE, file.fileDescriptor, 0)
    guard let made = unsafe made, unsafe made != MAP_FAILED else {
      throw ArchiveFailure(unsafe String(cString: strerror(errno)))
    }
    guard let reader = unsafe archive_read_new() else {
      unsafe munmap(made, end)
      throw ArchiveFailure("out of memory")
    }
    unsafe archive_read_support_filter_all(reader)
    switch format {
    case .tar: unsafe archive_read_support_format_tar(reader)
    case .rpm: unsafe archive_read_support_format_cpio(reader)
    }
    guard unsafe archive_read_open_memory(reader, made + offset, size) == ARCHIVE_OK else {
      let failure = unsafe ArchiveFailure(lastOf: reader)
      unsafe archive_read_free(reader)
      unsafe munmap(made, end)
      throw failure
    }
    unsafe (handle, mapped, mappedSize) = (reader, made, end)
  }

  deinit {
    unsafe archive_read_free(handle)
    unsafe munmap(mapped, mappedSize)
  }

  /// The next entry; nil at the end.
  ///
  /// - Throws: ``ArchiveFailure`` for a damaged or cut archive.
  package func next() throws(ArchiveFailure) -> Entry? {
    var raw: OpaquePointer?
    let code = unsafe archive_read_next_header(handle, &raw)
    if code == ARCHIVE_EOF { return nil }
    // A warning tells of a header that was repaired by guessing; hostile input gets no guesses.
    guard code == ARCHIVE_OK, let raw = unsafe raw else { throw failure() }
    guard let path = unsafe archive_entry_pathname(raw) else {
      throw ArchiveFailure("an entry without a name")
    }
    return unsafe Entry(
      path: String(cString: path), kind: kind(of: raw), mode: UInt32(archive_entry_perm(raw)))
  }

  /// Writes the bytes of the current entry to a descriptor.
  ///
  /// - Throws: ``ArchiveFailure`` for damaged data, or where the disk takes no more.
  package func copy(to descriptor: Int32) throws(ArchiveFailure) {
    errno = 0
    guard unsafe archive_read_data_into_fd(handle, descriptor) == ARCHIVE_OK else {
      throw failure()
    }
  }

  /// The bytes of the current entry, up to a bound.
  ///
  /// - Throws: ``ArchiveFailure`` for damaged data or more than `limit` bytes.
  package func read(limit: Int) throws(ArchiveFailure) -> Data {
    var bytes = Data(count: limit + 1)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe archive_read_data(handle, buffer.baseAddress, buffer.count)
    }
    guard count >= 0 else { throw failure() }
    guard count <= limit else { throw ArchiveFailure("an entry of more than \(limit) bytes") }
    return bytes.prefix(count)
  }

  private func kind(of entry: OpaquePointer) -> Entry.Kind {
    let size = unsafe archive_entry_size(entry)
    if let target = unsafe archive_entry_hardlink(entry) {
      return unsafe .hardLink(String(cString: target), size: Int(size))
    }
    switch unsafe archive_entry_filetype(entry) & 0o170000 {
    case 0o100000: return .file(size: Int(size))
    case 0o040000: return .directory
    case 0o120000:
      guard let target = unsafe archive_entry_symlink(entry) else { return .pipeOrSocket }
      return unsafe .symbolicLink(String(cString: target))
    case 0o020000, 0o060000: return .device
    default: return .pipeOrSocket
    }
  }

  private func failure() -> ArchiveFailure { unsafe ArchiveFailure(lastOf: handle) }
}

/// Why an archive could not be read, in libarchive's words.
package struct ArchiveFailure: Error, Equatable, CustomStringConvertible {
  package let description: String
  /// Whether the disk that was written to is full, rather than the archive at fault.
  package let isDiskFull: Bool

  package init(_ description: String, isDiskFull: Bool = false) {
    (self.description, self.isDiskFull) = (description, isDiskFull)
  }

  fileprivate init(lastOf handle: OpaquePointer) {
    let text = unsafe archive_error_string(handle)
    self.init(
      unsafe text.map { unsafe String(cString: $0) } ?? "cannot be read as an archive",
      isDiskFull: unsafe archive_errno(handle) == ENOSPC)
  }
}
