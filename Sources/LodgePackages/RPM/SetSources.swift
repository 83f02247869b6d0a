import Foundation
import LodgeHost
import LodgeKoji
import LodgeModel
import LodgeWeb

/// What the sources of a set have at one moment, before anything is chosen.
struct SetSources: Sendable {
  /// The repositories, in the order of the matrix.
  var repositories: [(reader: RepositoryReader, state: RepositoryReader.State)]
  var builds: KojiBuilds?
  /// Loose package files with their digests.
  var files: [(path: String, digest: Digest)]

  /// Asks all sources of a set, side by side.
  ///
  /// - Throws: ``PackageFailure`` naming the source that cannot be used.
  init(of wish: RPMWish, store: Store, web: Web, offline: Bool) async throws {
    let readers = wish.repositories.map {
      RepositoryReader(repository: $0, wish: wish, store: store, web: web, offline: offline)
    }
    let states = try await inParallel(Array(readers.enumerated()), width: 8) {
      (number: $0.offset, reader: $0.element, state: try await $0.element.state())
    }
    repositories = states.sorted { $0.number < $1.number }.map { ($0.reader, $0.state) }
    if let koji = wish.koji {
      builds = try await KojiBuilds(koji, wish, store: store, web: web)
    }
    files = try packageFiles(at: wish.files, set: wish.set).map { path in
      guard PackageFile.isRPM(path) else {
        throw PackageFailure.unresolved(
          set: wish.set, reason: "\(path) is no RPM package",
          remedy: "take it out; packages of two distributions never make one set")
      }
      return (path, try Digest(ofFile: path))
    }
  }

  /// What is told of the sources; the same text gives the same lock.
  var state: String {
    let repositories = repositories.map { reader, state in
      "\(reader.repository.id) \(Digest(of: state.bytes)) \(state.keys.state)"
    }
    return (repositories + (builds?.state ?? []) + files.map { "\($0.path) \($0.digest)" })
      .joined(separator: "\n")
  }
}

/// The package files at some paths: files as they are, folders by the packages in them.
///
/// - Throws: ``PackageFailure`` for a path without packages.
func packageFiles(at paths: [String], set: String) throws(PackageFailure) -> [String] {
  var files: [String] = []
  for path in paths {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .unresolved(
        set: set, reason: "there is no file or folder \(path)", remedy: "look at its name")
    }
    let inside =
      isFolder.boolValue ? (try? FileManager.default.contentsOfDirectory(atPath: path)) : nil
    let packages = (inside ?? [])
      .filter { $0.hasSuffix(".deb") || $0.hasSuffix(".rpm") && !$0.hasSuffix(".src.rpm") }
      .sorted().map { "\(path)/\($0)" }
    if isFolder.boolValue, packages.isEmpty {
      throw .unresolved(
        set: set, reason: "the folder \(path) has no .deb or .rpm files", remedy: "look at its name"
      )
    }
    files += isFolder.boolValue ? packages : [path]
  }
  return files
}
