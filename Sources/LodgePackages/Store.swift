package import Foundation
import Glibc
package import LodgeHost
package import LodgeModel

/// Packages, their unpacked files and the roots made of them, each once, by digest.
///
/// Everything is made in a scratch folder and moved to its place whole: what has a place is
/// complete, whenever a run was killed.
package struct Store: Sendable {
  /// The folder of the store.
  package let path: String
  package let scratch: Scratch

  /// Opens or makes a store.
  ///
  /// - Throws: ``StorageFailure`` where its folders cannot be made.
  package init(at path: String) throws(StorageFailure) {
    self.path = path
    scratch = try Scratch(in: "\(path)/scratch")
  }

  /// The place for the store that the environment asks for: `lodge` below XDG_CACHE_HOME.
  package static var defaultPath: String {
    let environment = ProcessInfo.processInfo.environment
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/lodge" }
    return "\(environment["HOME"] ?? "/root")/.cache/lodge"
  }

  /// Where a package file with a digest has its place.
  package func packageFile(_ digest: Digest) -> String { place("packages", digest) }

  /// Where the root of a set has its place, apart for each way of making it.
  package func rootFolder(_ set: Digest, by installation: Installation = .unpacked) -> String {
    switch installation {
    case .unpacked: place("roots", set)
    case .transaction(scriptlets: false): place("roots", set) + "-installed"
    case .transaction(scriptlets: true): place("roots", set) + "-configured"
    }
  }

  /// Where evidence read by one version of the collectors has its place.
  package func evidenceFile(_ set: Digest, collectors: String) -> String {
    place("evidence", set) + "-\(collectors).json"
  }

  /// Where what was seen of one scenario on a set has its place, by the digest of all that decides it.
  package func launchFile(_ set: Digest, _ conditions: Digest) -> String {
    place("launches", set) + "/\(conditions.hex).json"
  }

  /// Takes in a package file, checking that its bytes are those that are wanted.
  ///
  /// - Throws: ``PackageFailure`` for other bytes, ``StorageFailure`` where it cannot be kept.
  package func adopt(_ file: String, as digest: Digest, label: String) throws {
    let found = try Digest(ofFile: file)
    guard found == digest else {
      throw PackageFailure.otherDigest(package: label, expected: digest, found: found)
    }
    try publish(file, as: packageFile(digest))
  }

  /// The unpacked files of a package; unpacked now if they never were.
  ///
  /// - Throws: ``PackageFailure`` for a hostile or damaged package, ``StorageFailure`` for a
  ///   full disk.
  package func tree(of digest: Digest, label: String) throws -> PackageTree {
    let place = place("trees", digest)
    if let known = try? Data(contentsOf: URL(filePath: "\(place)/entries.json")) {
      return try JSONDecoder().decode(PackageTree.self, from: known)
    }
    let unfinished = scratch.fresh("tree")
    do {
      // The file's bytes are checked again here: the store is a cache that anybody may damage.
      let file = packageFile(digest)
      let found = try Digest(ofFile: file)
      guard found == digest else {
        try? FileManager.default.removeItem(atPath: file)
        throw PackageFailure.otherDigest(package: label, expected: digest, found: found)
      }
      try makeFolder(unfinished)
      let tree = try PackageTree(
        unpacking: try PackageFile(file), named: label, to: "\(unfinished)/files")
      let list = URL(filePath: "\(unfinished)/entries.json")
      try write(JSONEncoder().encode(tree), to: list.path(percentEncoded: false))
      try publish(unfinished, as: place)
      return tree
    } catch {
      try? removeTree(unfinished)
      throw error
    }
  }

  /// The folder that holds the unpacked files of a package.
  package func treeFiles(_ digest: Digest) -> String { "\(place("trees", digest))/files" }

  /// Writes a file whole or not at all.
  ///
  /// - Throws: ``StorageFailure`` where it cannot be kept.
  package func keep(_ bytes: Data, as place: String) throws(StorageFailure) {
    let unfinished = scratch.fresh("file")
    try write(bytes, to: unfinished)
    try publish(unfinished, as: place)
  }

  /// Writes a file that may be there already, whole or not at all.
  ///
  /// - Throws: ``StorageFailure`` where it cannot be kept.
  func replace(_ bytes: Data, at place: String) throws(StorageFailure) {
    let unfinished = scratch.fresh("file")
    try write(bytes, to: unfinished)
    try makeFolder(URL(filePath: place).deletingLastPathComponent().path(percentEncoded: false))
    guard rename(unfinished, place) == 0 else {
      throw StorageFailure("cannot move into place", place, errno)
    }
  }

  /// Where metadata of a repository has its place.
  func metadataFile(_ checksum: Checksum) -> String {
    "\(path)/metadata/\(checksum.hex.prefix(2))/\(checksum.hex)"
  }

  /// Where the form of some metadata that one version of libsolv writes has its place.
  func indexFile(_ metadata: Checksum, version: String) -> String {
    "\(metadataFile(metadata))-\(version).solv"
  }

  /// Keeps bytes behind their digest: a library that trusts what it wrote is to read them.
  ///
  /// - Throws: ``StorageFailure`` where they cannot be kept.
  package func seal(_ bytes: Data, as place: String) throws(StorageFailure) {
    try replace(Data(Digest(of: bytes).bytes) + bytes, at: place)
  }

  /// Bytes that ``seal(_:as:)`` kept; nil where nothing is kept, or what is there was changed.
  package func sealed(_ place: String) -> Data? {
    guard let bytes = try? Data(contentsOf: URL(filePath: place)), bytes.count > 32 else {
      return nil
    }
    let content = bytes.dropFirst(32)
    return Digest(of: content).bytes == Array(bytes.prefix(32)) ? Data(content) : nil
  }

  private func write(_ bytes: Data, to path: String) throws(StorageFailure) {
    // Not Data.write: it waits for the disk, which the rename into place makes needless here.
    guard FileManager.default.createFile(atPath: path, contents: nil) else {
      throw StorageFailure("cannot write", path, errno)
    }
    do {
      let handle = try FileHandle(forWritingTo: URL(filePath: path))
      defer { try? handle.close() }
      try handle.write(contentsOf: bytes)
    } catch {
      throw StorageFailure("cannot write", path, error)
    }
  }

  private func place(_ kind: String, _ digest: Digest) -> String {
    "\(path)/\(kind)/\(digest.hex.prefix(2))/\(digest.hex)"
  }
}
