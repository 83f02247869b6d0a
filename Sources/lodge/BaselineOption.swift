import ArgumentParser
import Foundation
import LodgeLedger
import LodgeModel
import LodgePackages

/// What a set is compared with.
struct BaselineOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Compare with this set: one of the matrix, a lock file, or an unpacked tree.",
      valueName: "set"))
  var against: String?

  /// The baseline that was named; nil where none was.
  func baseline(_ bench: Workbench, in matrix: () throws -> Matrix) async throws
    -> Workbench.Baseline?
  {
    guard let against else { return nil }
    return try await bench.baseline(bench.prepared(against, in: matrix))
  }
}

extension Workbench {
  /// Makes the root of a set of the matrix, or of a lock file, or opens an unpacked tree.
  func prepared(_ name: String, in matrix: () throws -> Matrix) async throws -> Prepared {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) else {
      let sets = try matrix().sets(named: [name])
      guard let set = sets.first else { throw InputFailure("there is no set \(name)") }
      return try await prepare(set)
    }
    if isFolder.boolValue { return try tree(name, kernel: nil) }
    let stem = URL(filePath: name).deletingPathExtension().lastPathComponent
    return try await prepare(try Lock(file: name), name: stem)
  }

  /// The baseline of a set of a matrix: the one that its file names, or the build before it.
  ///
  /// The second thing is why a build before it cannot be compared with; nil where it can, and where
  /// there is none.
  func baseline(
    of set: Prepared, named name: String?, in matrix: Matrix?, _ record: Ledger
  ) async throws -> (Baseline?, note: String?) {
    if let name, let named = matrix?.sets.first(where: { $0.name == name }) {
      return (try await baseline(try await prepare(named)), nil)
    }
    guard let before = try record.latest(named: set.name, otherThan: set.id),
      let lock = try record.lock(of: before.id), !lock.packages.isEmpty
    else { return (nil, nil) }
    // What is no longer in the store is not fetched again only to be compared with.
    guard store.missing(of: lock).isEmpty else {
      return (
        nil,
        "not compared with the build before, \(before.id.short): its packages are no longer in the "
          + "store; lodge set lock keeps a lock for --against"
      )
    }
    return (try await baseline(try await prepare(lock, name: set.name)), nil)
  }
}
