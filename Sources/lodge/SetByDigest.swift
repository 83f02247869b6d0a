import ArgumentParser
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgePackages

/// The set that is to be released, as the very packages that it has now.
struct SetByDigest: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A set of the matrix, which is resolved now, or the id of one that was recorded.",
      valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("A lock file.", valueName: "file"))
  var locked: String?

  @OptionGroup var matrix: MatrixOptions

  /// Refuses none, and both.
  func validateOne() throws {
    guard (name == nil) != (locked == nil) else {
      throw ValidationError("name one of: --set NAME, --set ID, --locked FILE")
    }
  }

  /// A set with its id, name and packages.
  struct Named {
    let id: Digest
    let name: String
    let packages: [Package]
  }

  /// Finds the set: a lock says its packages, an id those that were recorded, and a name what its
  /// source has now.
  func found(_ supply: SupplyOptions, _ record: Ledger) async throws -> Named {
    if let locked {
      let lock = try Lock(file: locked)
      let known = try record.identity(of: lock.id)
      return Named(id: lock.id, name: known?.name ?? locked, packages: lock.packages)
    }
    let text = name ?? ""
    if let id = try record.id(startingWith: text), let known = try record.identity(of: id) {
      return Named(id: id, name: known.name, packages: known.lock.packages)
    }
    guard let set = try matrix.read().sets(named: [text]).first else {
      throw InputFailure("name a set")
    }
    let bench = try supply.workbench()
    let lock = try await bench.lock(of: set)
    bench.progress.finish()
    return Named(id: lock.id, name: set.name, packages: lock.packages)
  }
}

extension Ledger {
  /// The id of the one recorded set that begins with some digits; nil where there is none.
  ///
  /// - Throws: ``InputFailure`` where there are several.
  func id(startingWith text: String) throws -> Digest? {
    let ids = try ids(startingWith: text)
    guard ids.count <= 1 else {
      throw InputFailure(
        "\(text) begins the ids of \(ids.count) sets: "
          + ids.map(\.short).joined(separator: ", ") + "; give more of it")
    }
    return ids.first
  }
}
