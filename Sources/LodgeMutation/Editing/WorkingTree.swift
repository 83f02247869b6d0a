import Foundation
import Glibc
import LodgeBindings
import LodgeHost
import LodgeModel

/// A copy of a root, made of links to the same files, in which files can be put in place of others.
///
/// Nothing is written through a link: a changed file is a new one, so that the root, and the store
/// behind it, stay as they are. What was changed can be taken back. Used by one task at a time.
package final class WorkingTree {
  /// The folder on this host.
  package let path: String
  /// The root that it is a copy of.
  package let original: String
  private let directory: RootDirectory
  private var changes: [Change] = []
  /// What the files of the original that were put aside held when they first were.
  private var digests: [String: Digest] = [:]

  private enum Change {
    case file(String)
    case folder(String)
    case moved(from: String, to: String)
  }

  /// Copies a root.
  ///
  /// - Throws: what keeps it from being copied.
  package init(of original: String, at path: String) async throws {
    // Where the two are on different disks, this fails rather than copies.
    _ = try await Command("cp", ["-al", original, path], deadline: .seconds(300)).succeed()
    (self.original, self.path) = (original, path)
    directory = try RootDirectory(path)
  }

  /// Checks that the files of the original that were put aside are what they were.
  ///
  /// - Throws: ``StaleEdit`` naming the first that is not.
  package func checkOriginal() throws {
    for (file, digest) in digests where try Digest(ofFile: "\(original)/\(file)") != digest {
      throw StaleEdit("\(original)/\(file) was changed, which nothing may do")
    }
  }

  /// The first file or folder that fits one of some patterns, in which `*` stands for any part of a
  /// name.
  ///
  /// - Throws: ``StaleEdit`` where nothing does.
  func find(_ patterns: [String]) throws(StaleEdit) -> String {
    for pattern in patterns {
      if let found = matches(pattern).first { return found }
    }
    throw StaleEdit("there is no \(patterns.joined(separator: " or "))")
  }

  /// All that fits a pattern, in the order of names.
  func matches(_ pattern: String) -> [String] {
    var found = [""]
    for part in pattern.split(separator: "/").map(String.init) {
      found = found.flatMap { folder -> [String] in
        let place = folder.isEmpty ? "" : "\(folder)/"
        guard part.contains("*") else { return [place + part] }
        return directory.list(folder.isEmpty ? "." : folder).sorted()
          .filter { fnmatch(part, $0, 0) == 0 }.map { place + $0 }
      }
    }
    return found.filter { directory.kind($0) != nil }
  }

  /// The bytes of a file.
  ///
  /// - Throws: ``StaleEdit`` where there is none.
  func read(_ path: String) throws(StaleEdit) -> Data {
    do {
      if let bytes = try directory.read(path, limit: 256 << 20) { return bytes }
    } catch { throw StaleEdit("\(error)") }
    throw StaleEdit("there is no \(path)")
  }

  /// The bytes that a file has in the original.
  ///
  /// - Throws: ``StaleEdit`` where there is none.
  func readOriginal(_ path: String) throws(StaleEdit) -> Data {
    do {
      if let bytes = try RootDirectory(original).read(path, limit: 256 << 20) { return bytes }
    } catch { throw StaleEdit("\(error)") }
    throw StaleEdit("the original has no \(path)")
  }

  /// The path of a file without links in it.
  func resolve(_ path: String) throws(StaleEdit) -> String {
    guard let real = directory.resolve(path) else { throw StaleEdit("there is no \(path)") }
    return real
  }

  /// Gives a file other bytes; one that is not there yet is added, with its folders.
  ///
  /// - Throws: ``StaleEdit`` where that cannot be done.
  func write(_ bytes: Data, to path: String) throws(StaleEdit) {
    let real = try place(path)
    var status = stat()
    let mode = stat("\(self.path)/\(real)", &status) == 0 ? status.st_mode & 0o777 : 0o644
    note(real)
    unlink("\(self.path)/\(real)")
    let file = FileManager.default
    guard file.createFile(atPath: "\(self.path)/\(real)", contents: bytes) else {
      throw StaleEdit("cannot write \(path)")
    }
    chmod("\(self.path)/\(real)", mode)
  }

  /// Changes the bytes of a file.
  ///
  /// - Throws: ``StaleEdit`` where it is not there, or stays as it was.
  func edit(
    _ path: String, _ change: (inout [UInt8]) throws -> Void
  ) throws {
    let old = [UInt8](try read(path))
    var new = old
    do { try change(&new) } catch let stale as StaleEdit {
      throw StaleEdit("\(path): \(stale)")
    }
    guard new != old else { throw StaleEdit("\(path) stays as it is") }
    try write(Data(new), to: path)
  }

  /// Takes a file away.
  ///
  /// - Throws: ``StaleEdit`` where it is not there.
  func remove(_ path: String) throws(StaleEdit) {
    let real = try placeOfLink(path)
    note(real)
    guard unlink("\(self.path)/\(real)") == 0 else { throw StaleEdit("there is no file \(path)") }
  }

  /// Adds a symbolic link.
  ///
  /// - Throws: ``StaleEdit`` where something stands there.
  func link(_ path: String, to target: String) throws(StaleEdit) {
    let real = try placeOfLink(path)
    note(real)
    guard symlink(target, "\(self.path)/\(real)") == 0 else {
      throw StaleEdit("cannot make a link at \(path)")
    }
  }

  /// Gives a file or folder another path.
  ///
  /// - Throws: ``StaleEdit`` where it is not there.
  func move(_ old: String, to new: String) throws(StaleEdit) {
    let (from, to) = (try placeOfLink(old), try placeOfLink(new))
    guard rename("\(path)/\(from)", "\(path)/\(to)") == 0 else {
      throw StaleEdit("cannot move \(old) to \(new)")
    }
    changes.append(.moved(from: from, to: to))
  }

  /// Takes back all changes, the last first.
  ///
  /// - Throws: where something stays changed; the copy is then of no more use.
  package func restore() throws {
    for change in changes.reversed() {
      switch change {
      case .file(let file): try restore(file)
      case .folder(let folder): rmdir("\(path)/\(folder)")
      case .moved(let from, let to):
        guard rename("\(path)/\(to)", "\(path)/\(from)") == 0 else {
          throw StaleEdit("cannot move \(to) back to \(from)")
        }
        // What was put where it stood is the same file again, and then rename does nothing.
        if lstatExists("\(path)/\(to)") { unlink("\(path)/\(to)") }
      }
    }
    changes = []
  }

  /// Remembers a file that is about to be changed, and what the original holds there.
  private func note(_ file: String) {
    changes.append(.file(file))
    if digests[file] == nil { digests[file] = try? Digest(ofFile: "\(original)/\(file)") }
  }

  private func restore(_ file: String) throws {
    let (old, copy) = ("\(original)/\(file)", "\(path)/\(file)")
    unlink(copy)
    guard lstatExists(old) else { return }
    // linkat without AT_SYMLINK_FOLLOW links a link itself.
    guard linkat(AT_FDCWD, old, AT_FDCWD, copy, 0) == 0 else {
      throw StaleEdit("cannot restore \(file)")
    }
  }

  /// The path that a file has, or would have, without links in it.
  private func place(_ path: String) throws(StaleEdit) -> String {
    if directory.kind(path) != nil { return try resolve(path) }
    return try placeOfLink(path)
  }

  /// The path of what stands in a folder, which is made where it is not there; a link is not
  /// followed.
  private func placeOfLink(_ path: String) throws(StaleEdit) -> String {
    let parts = path.split(separator: "/")
    guard let name = parts.last, name != "..", name != "." else {
      throw StaleEdit("\(path) is no file")
    }
    var folder = ""
    for part in parts.dropLast() {
      let next = folder.isEmpty ? String(part) : "\(folder)/\(part)"
      if directory.kind(next) == nil {
        guard mkdir("\(self.path)/\(next)", 0o755) == 0 else {
          throw StaleEdit("cannot make the folder \(next)")
        }
        changes.append(.folder(next))
      }
      folder = try resolve(next)
    }
    return folder.isEmpty ? String(name) : "\(folder)/\(name)"
  }
}
