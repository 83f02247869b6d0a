import Foundation
import LodgeBindings
import LodgeEvidence

/// A small tree on disk that stands for the root of a set; owns its folder.
final class TreeOfFiles {
  private let folder: URL

  /// Writes files by path, and links by path with their destination.
  init(_ files: [String: Data], links: [String: String] = [:]) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "tree-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (path, data) in files { try data.write(to: prepared(path)) }
    for (path, destination) in links {
      try FileManager.default.createSymbolicLink(
        atPath: prepared(path).path, withDestinationPath: destination)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The tree as collectors see it.
  func root() throws -> Root { Root(try RootDirectory(folder.path)) }

  /// Takes a file away.
  func remove(_ path: String) throws {
    try FileManager.default.removeItem(at: folder.appending(path: path))
  }

  private func prepared(_ path: String) throws -> URL {
    let url = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    return url
  }
}
