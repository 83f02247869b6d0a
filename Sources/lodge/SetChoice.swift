import ArgumentParser
import LodgeModel
import LodgePackages

/// The one set that a verb is about: of a matrix, of a lock, or an unpacked tree.
struct SetChoice: ParsableArguments {
  @Option(name: .customLong("set"), help: ArgumentHelp("A set of the matrix.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("An unpacked tree.", valueName: "dir"))
  var root: String?

  @Option(help: ArgumentHelp("A lock file.", valueName: "file"))
  var locked: String?

  @OptionGroup var matrix: MatrixOptions

  /// Whether any is named.
  var isGiven: Bool { name != nil || root != nil || locked != nil }

  /// Refuses none, and several.
  func validateOne() throws {
    guard [name != nil, root != nil, locked != nil].filter(\.self).count == 1 else {
      throw ValidationError("name one of: --set NAME, --locked FILE, --root DIR")
    }
  }

  /// Makes the root of the set.
  func prepared(_ bench: Workbench) async throws -> Workbench.Prepared {
    if let root { return try bench.tree(root, kernel: nil) }
    if let locked { return try await bench.prepare(try Lock(file: locked), name: locked) }
    return try await prepared(bench, named: name ?? "")
  }

  /// Makes the root of another set of the matrix.
  func prepared(_ bench: Workbench, named name: String) async throws -> Workbench.Prepared {
    guard let set = try matrix.read().sets(named: [name]).first else {
      throw InputFailure("name a set")
    }
    return try await bench.prepare(set)
  }
}
