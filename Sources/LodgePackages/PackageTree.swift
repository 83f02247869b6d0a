import Foundation
import Glibc
import LodgeBindings
import LodgeHost

/// The files of one package, unpacked once and shared by all roots.
package struct PackageTree: Codable, Equatable, Sendable {
  /// One path of a package.
  package struct Entry: Codable, Equatable, Sendable {
    /// What stands at the path.
    package enum Kind: Codable, Equatable, Sendable {
      case file(size: Int)
      case directory
      case link(String)
    }

    package var path: String
    package var kind: Kind
    /// Permission bits, without setuid and setgid.
    package var mode: UInt32

    package init(path: String, kind: Kind, mode: UInt32) {
      (self.path, self.kind, self.mode) = (path, kind, mode)
    }
  }

  /// The paths in the package's order, without a leading slash.
  package var entries: [Entry]
  /// What was left out, such as setuid bits, as sentences that name the entry.
  package var notes: [String]

  package init(entries: [Entry], notes: [String] = []) {
    (self.entries, self.notes) = (entries, notes)
  }

  /// Unpacks a package file below a new folder, refusing what could reach outside of it.
  ///
  /// - Throws: ``PackageFailure`` naming package and entry, ``StorageFailure`` for a full disk.
  package init(unpacking file: PackageFile, named label: String, to folder: String) throws {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    let packed = (attributes?[.size] as? Int) ?? 0
    var unpacking = Unpacking(label: label, folder: folder, packedSize: packed)
    try makeFolder(folder)
    var storage: StorageFailure?
    do throws(PackageFailure) {
      try file.forEachEntry { entry, reader throws(PackageFailure) in
        do {
          try unpacking.take(entry, reader)
        } catch let failure as PackageFailure {
          throw failure
        } catch let failure as StorageFailure {
          storage = failure
          throw .host("\(failure)")
        } catch {
          throw .damaged(package: label, entry: entry.path, reason: "\(error)")
        }
      }
    } catch {
      if let storage { throw storage }
      if case .damaged(_, let entry, let reason) = error {
        throw PackageFailure.damaged(package: label, entry: entry, reason: reason)
      }
      throw error
    }
    self.init(entries: unpacking.entries, notes: unpacking.notes)
  }

  /// Lists what a package file has, without writing anything.
  ///
  /// - Throws: ``PackageFailure`` for a damaged package.
  init(listing path: String) throws(PackageFailure) {
    var entries: [Entry] = []
    try PackageFile(path).forEachEntry { entry, _ throws(PackageFailure) in
      guard entries.count < 500_000 else {
        throw .damaged(package: path, entry: entry.path, reason: "more than 500000 entries")
      }
      let name = entry.path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
      let kind: Entry.Kind? =
        switch entry.kind {
        case .file(let size), .hardLink(_, let size): .file(size: size)
        case .directory: .directory
        case .symbolicLink(let target): .link(target)
        case .device, .pipeOrSocket: nil
        }
      if let kind { entries.append(Entry(path: name, kind: kind, mode: entry.mode & 0o1777)) }
    }
    self.init(entries: entries)
  }
}

/// A package half unpacked: what stands already, and how much more it may bring.
private struct Unpacking {
  let label: String
  let folder: String
  var entries: [PackageTree.Entry] = []
  var notes: [String] = []
  private var kinds: [String: PackageTree.Entry.Kind] = [:]
  /// The names of one file, by the first of them.
  private var twins: [String: [String]] = [:]
  private var bytes = 0
  private let byteLimit: Int

  init(label: String, folder: String, packedSize: Int) {
    (self.label, self.folder) = (label, folder)
    // The best real packages shrink to a fortieth; a bomb to less than a thousandth.
    byteLimit = 64 << 20 + 100 * packedSize
  }

  mutating func take(_ entry: ArchiveReader.Entry, _ reader: borrowing ArchiveReader) throws {
    guard entries.count < 500_000 else { throw refusal(entry, "more than 500000 entries") }
    let path = try checkedPath(entry)
    guard !path.isEmpty else { return }
    let old = kinds[path]
    if case .directory = entry.kind, old == .directory { return }
    guard old == nil else { throw refusal(entry, "it stands in the package twice") }
    try makeParents(of: path, for: entry)
    switch entry.kind {
    case .file(let size): try writeFile(path, size, entry, reader)
    case .directory: try makeDirectory(path, mode: entry.mode)
    case .symbolicLink(let target): try makeLink(path, target, entry)
    case .hardLink(let target, let size): try repeatFile(path, target, size, entry, reader)
    case .device: throw refusal(entry, "it is a device node")
    case .pipeOrSocket: throw refusal(entry, "it is a pipe or socket")
    }
  }

  private func refusal(_ entry: ArchiveReader.Entry, _ reason: String) -> PackageFailure {
    .damaged(package: label, entry: entry.path, reason: "\(reason); the package is refused")
  }

  private func checkedPath(_ entry: ArchiveReader.Entry) throws(PackageFailure) -> String {
    try checked(entry.path, entry, "its name")
  }

  private func checked(
    _ name: String, _ entry: ArchiveReader.Entry, _ what: String
  ) throws(PackageFailure) -> String {
    guard !name.hasPrefix("/") else { throw refusal(entry, "\(what) is absolute") }
    guard name.utf8.count < 4096 else { throw refusal(entry, "\(what) is too long") }
    let parts = name.split(separator: "/").filter { $0 != "." }
    guard !parts.contains("..") else { throw refusal(entry, "\(what) has .. in it") }
    guard parts.allSatisfy({ $0.utf8.count < 256 }) else {
      throw refusal(entry, "\(what) is too long")
    }
    return parts.joined(separator: "/")
  }

  private mutating func makeParents(
    of path: String, for entry: ArchiveReader.Entry
  ) throws {
    var parent = ""
    for part in path.split(separator: "/").dropLast() {
      parent = parent.isEmpty ? String(part) : "\(parent)/\(part)"
      switch kinds[parent] {
      case .directory: continue
      case nil: try makeDirectory(parent, mode: 0o755)
      case .file, .link:
        throw refusal(entry, "it would be written through \(parent), which is no directory")
      }
    }
  }

  private mutating func makeDirectory(_ path: String, mode: UInt32) throws(StorageFailure) {
    guard mkdir(place(path), 0o755) == 0 else {
      throw StorageFailure("cannot make the folder", place(path), errno)
    }
    note(path, .directory, mode: mode)
  }

  private mutating func writeFile(
    _ path: String, _ size: Int, _ entry: ArchiveReader.Entry, _ reader: borrowing ArchiveReader
  ) throws {
    guard size >= 0, size <= byteLimit - bytes else {
      throw refusal(
        entry, "the package unpacks to more than \(byteLimit) bytes, like a decompression bomb")
    }
    bytes += size
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    // Everybody may read what was published; nobody may change the shared copy by mistake.
    let mode: mode_t = entry.mode & 0o111 == 0 ? 0o444 : 0o555
    let descriptor = open(place(path), flags, mode)
    guard descriptor >= 0 else { throw StorageFailure("cannot write", place(path), errno) }
    defer { close(descriptor) }
    do throws(ArchiveFailure) {
      try reader.copy(to: descriptor)
    } catch {
      guard !error.isDiskFull else { throw StorageFailure("cannot write", place(path), ENOSPC) }
      throw PackageFailure.damaged(package: label, entry: entry.path, reason: "\(error)")
    }
    if entry.mode & 0o6000 != 0 {
      let bits = entry.mode & 0o4000 != 0 ? "setuid" : "setgid"
      notes.append("package \(label): entry \(entry.path): its \(bits) bit was dropped")
    }
    note(path, .file(size: size), mode: entry.mode)
  }

  private mutating func makeLink(
    _ path: String, _ target: String, _ entry: ArchiveReader.Entry
  ) throws {
    guard !target.isEmpty, target.utf8.count < 4096 else {
      throw refusal(entry, "it links to nothing")
    }
    var depth = path.split(separator: "/").count - 1
    if !target.hasPrefix("/") {
      for part in target.split(separator: "/") where part != "." {
        depth += part == ".." ? -1 : 1
        guard depth >= 0 else { throw refusal(entry, "it links out of the root, to \(target)") }
      }
    }
    guard symlink(target, place(path)) == 0 else {
      throw StorageFailure("cannot make the link", place(path), errno)
    }
    note(path, .link(target), mode: 0o777)
  }

  private mutating func repeatFile(
    _ path: String, _ target: String, _ size: Int, _ entry: ArchiveReader.Entry,
    _ reader: borrowing ArchiveReader
  ) throws {
    let original = try checked(target, entry, "the name it links to")
    guard case .file(let known) = kinds[original] else {
      throw refusal(entry, "it links to \(target), which is no file of the package")
    }
    guard size == 0 || known > 0 else {
      try writeFile(path, size, entry, reader)
      return try giveBytes(of: path, size, to: original)
    }
    guard link(place(original), place(path)) == 0 else {
      throw StorageFailure("cannot make the link", place(path), errno)
    }
    twins[original, default: [original]].append(path)
    note(path, .file(size: known), mode: entry.mode)
  }

  /// Lets the names that came before their bytes, as cpio has them, name those bytes.
  private mutating func giveBytes(of path: String, _ size: Int, to original: String) throws {
    for twin in twins[original] ?? [original] {
      unlink(place(twin))
      guard link(place(path), place(twin)) == 0 else {
        throw StorageFailure("cannot make the link", place(twin), errno)
      }
      kinds[twin] = .file(size: size)
      if let index = entries.firstIndex(where: { $0.path == twin }) {
        entries[index].kind = .file(size: size)
      }
    }
    twins[original, default: [original]].append(path)
  }

  private mutating func note(_ path: String, _ kind: PackageTree.Entry.Kind, mode: UInt32) {
    kinds[path] = kind
    entries.append(PackageTree.Entry(path: path, kind: kind, mode: mode & 0o1777))
  }

  private func place(_ path: String) -> String { "\(folder)/\(path)" }
}
