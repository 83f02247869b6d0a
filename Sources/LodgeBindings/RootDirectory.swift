import CLinux
package import Foundation
import Glibc

/// The tree of a set, read as a program chrooted into it would see it; owns one descriptor.
///
/// Links are followed inside the root only, so that `/etc/x` in a package never means the host's.
/// Stands on openat2(2) with `RESOLVE_IN_ROOT`.
@safe package final class RootDirectory: Sendable {
  /// What stands at a path, links followed.
  package enum Kind: Equatable, Sendable {
    case file(size: Int)
    case directory
    case other
  }

  /// The path of the root on this host.
  package let path: String
  private let descriptor: Int32

  /// Opens a root.
  ///
  /// - Throws: ``RootFailure`` where the path is no directory that can be read.
  package init(_ path: String) throws(RootFailure) {
    self.path = path
    descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw RootFailure(path: path, in: "", code: errno) }
  }

  deinit { close(descriptor) }

  /// The bytes of a file; nil where there is none.
  ///
  /// - Throws: ``RootFailure`` where it is larger than `limit` bytes or cannot be read.
  package func read(_ file: String, limit: Int) throws(RootFailure) -> Data? {
    guard let opened = try open(file) else { return nil }
    defer { close(opened) }
    guard case .file(let size) = kind(of: opened) else {
      throw RootFailure(path: file, in: path, reason: "it is no regular file")
    }
    guard size <= limit else {
      throw RootFailure(path: file, in: path, reason: "\(size) bytes, more than \(limit)")
    }
    do {
      let handle = FileHandle(fileDescriptor: opened, closeOnDealloc: false)
      return try handle.read(upToCount: limit) ?? Data()
    } catch {
      throw RootFailure(path: file, in: path, reason: "\(error)")
    }
  }

  /// The last bytes of a file, at most `limit` of them; nil where there is none.
  ///
  /// - Throws: ``RootFailure`` where it cannot be read.
  package func readEnd(of file: String, limit: Int) throws(RootFailure) -> Data? {
    guard let opened = try open(file) else { return nil }
    defer { close(opened) }
    guard case .file(let size) = kind(of: opened) else {
      throw RootFailure(path: file, in: path, reason: "it is no regular file")
    }
    do {
      let handle = FileHandle(fileDescriptor: opened, closeOnDealloc: false)
      try handle.seek(toOffset: UInt64(max(0, size - limit)))
      return try handle.read(upToCount: limit) ?? Data()
    } catch {
      throw RootFailure(path: file, in: path, reason: "\(error)")
    }
  }

  /// The names in a directory, sorted; empty where there is none.
  package func list(_ directory: String) -> [String] {
    guard let opened = try? open(directory) else { return [] }
    defer { close(opened) }
    let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd/\(opened)")
    return (names ?? []).sorted()
  }

  /// What stands at a path, links followed inside the root; nil where nothing does.
  package func kind(_ file: String) -> Kind? {
    guard let opened = try? open(file) else { return nil }
    defer { close(opened) }
    return kind(of: opened)
  }

  /// Where a path leads once its links are followed, below the root; nil where nothing is there.
  package func resolve(_ file: String) -> String? {
    guard let opened = try? open(file) else { return nil }
    defer { close(opened) }
    let links = FileManager.default
    guard
      let real = try? links.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(opened)"),
      let base = try? links.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
    else { return nil }
    let prefix = base == "/" ? "/" : base + "/"
    return real.hasPrefix(prefix) ? String(real.dropFirst(prefix.count)) : nil
  }

  private func open(_ file: String) throws(RootFailure) -> Int32? {
    // O_NONBLOCK: a fifo in a hostile root must not hold the reader for ever.
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
    let opened = unsafe lodge_open_in_root(descriptor, file, flags, 0)
    if opened >= 0 { return opened }
    let code = errno
    guard code == ENOENT || code == ENOTDIR else {
      throw RootFailure(path: file, in: path, code: code)
    }
    return nil
  }

  private func kind(of opened: Int32) -> Kind {
    var mode: UInt32 = 0
    var size: Int64 = 0
    guard unsafe lodge_kind_of_file(opened, &mode, &size) == 0 else { return .other }
    return switch mode {
    case S_IFREG: .file(size: Int(size))
    case S_IFDIR: .directory
    default: .other
    }
  }
}

/// A path of a root that could not be read.
package struct RootFailure: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(path: String, in root: String, reason: String) {
    description = "cannot read \(path)\(root.isEmpty ? "" : " in \(root)"): \(reason)"
  }

  init(path: String, in root: String, code: Int32) {
    self.init(path: path, in: root, reason: unsafe String(cString: strerror(code)))
  }
}
