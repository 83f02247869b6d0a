import LodgeContracts
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgePackages

extension Workbench {
  /// Resolves a mix of sets that were resolved, from their packages alone.
  func mixed(
    _ wish: MixWish, of locks: [String: Lock], as name: String
  ) async throws -> Result<Lock, ImpossibleMix> {
    let sets = wish.sets
    for set in sets { try await fetch(locks[set.name] ?? Lock(packages: []), name: set.name) }
    let givers = wish.givers.compactMapValues { giver in
      sets.firstIndex { $0.name == giver.name }
    }
    progress.step("\(name): mixing")
    let all = sets.map { locks[$0.name] ?? Lock(packages: []) }
    switch try await store.mix(all, base: 0, givers: givers) {
    case .resolved(let mix): return .success(mix.lock)
    case .impossible(let obstacles, let wanted):
      return .failure(ImpossibleMix(name: name, wanted: wanted, obstacles: obstacles))
    }
  }
}

extension Matrix.BuildSet {
  /// The sets that must be resolved before it can be: itself, or those that it is mixed of.
  var ingredients: [Self] {
    guard case .mix(let wish) = source else { return [self] }
    return wish.sets
  }
}

/// A mix whose packages do not go together.
struct ImpossibleMix: Error, CustomStringConvertible {
  let name: String
  /// The packages that were wanted all the same.
  let wanted: Lock
  /// In libsolv's words.
  let obstacles: [String]

  var description: String {
    "\(name) cannot be resolved: \(obstacles.prefix(8).joined(separator: "; ")); take members that"
      + " go together into one mix"
  }

  /// What it means for the matrix: the promise that a set can be installed is broken, and nothing
  /// else was looked at.
  var results: Results.BuildSet {
    let contract = Contract.setClosure
    let cell = Cell(
      kind: .contract, id: contract.id, catalogue: contract.catalogue, type: nil, stage: .packages,
      outcome: .fail, reason: "cannot be resolved: \(obstacles.first ?? contract.claim)",
      findings: obstacles.prefix(20).map { obstacle in
        var finding = Finding(.fail, obstacle, where: name)
        (finding.catalogue, finding.remedy) = (contract.catalogue, contract.remedy)
        return finding
      })
    return Results.BuildSet(
      id: wanted.id, name: name, packages: wanted.packages.count,
      acceptExpired: wanted.acceptExpired, cells: [cell])
  }
}

extension Ledger {
  /// Records that a mix cannot be resolved; gives what was recorded.
  func record(_ mix: ImpossibleMix, run: RunID) throws -> Results.BuildSet {
    let results = mix.results
    try record(mix.wanted, id: results.id, name: results.name, run: run)
    try record(cells: results.cells, ofSet: results.id, run: run)
    return results
  }
}
