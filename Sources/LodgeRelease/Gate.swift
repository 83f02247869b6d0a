package import LodgeModel

/// What must be green before a set may be released.
package struct Gate: Equatable, Sendable {
  /// Contracts that count, by id or catalogue number.
  package var contracts: [Glob]
  /// Scenarios that count, by id.
  package var scenarios: [Glob]
  /// The stage up to which cells count; at least one of that stage must be there.
  package var stage: Stage

  package init(contracts: [Glob], scenarios: [Glob], stage: Stage) {
    (self.contracts, self.scenarios, self.stage) = (contracts, scenarios, stage)
  }

  /// Judges what is recorded of exactly the set that is to be released; nil where nothing is.
  ///
  /// What was not seen is an obstacle as much as what was seen to fail: only a pass is green, and
  /// only a rule that says so makes a cell not apply.
  package func verdict(on set: Results.BuildSet?) -> Verdict {
    guard let set else {
      return Verdict(obstacles: ["nothing is recorded of these very packages"])
    }
    let cells = set.cells.filter { $0.stage <= stage && counts($0) }
    var obstacles = cells.filter { ![.pass, .notApplicable].contains($0.outcome) }.map(\.obstacle)
    if !cells.contains(where: { $0.stage == stage }) {
      obstacles.append("nothing is recorded at stage \(stage.rawValue)")
    }
    for glob in contracts where !cells.contains(where: { $0.isContract(glob) }) {
      obstacles.append("nothing is recorded of contract \(glob)")
    }
    for glob in scenarios where stage >= .launch {
      let isSeen = cells.contains { $0.kind == .scenario && glob.matches($0.id) }
      guard !isSeen else { continue }
      obstacles.append("nothing is recorded of scenario \(glob)")
    }
    return Verdict(obstacles: obstacles)
  }

  private func counts(_ cell: Cell) -> Bool {
    switch cell.kind {
    case .contract: contracts.contains { cell.isContract($0) }
    case .scenario: scenarios.contains { $0.matches(cell.id) }
    }
  }
}

/// Whether a set may be released, with everything that stands in the way.
package struct Verdict: Equatable, Sendable {
  /// One sentence for each; none means Yes.
  package var obstacles: [String]

  package init(obstacles: [String]) { self.obstacles = obstacles }

  /// Whether it may.
  package var isYes: Bool { obstacles.isEmpty }
}

extension Cell {
  fileprivate func isContract(_ glob: Glob) -> Bool {
    kind == .contract && (glob.matches(id) || catalogue.map(glob.matches) == true)
  }

  /// Why the cell is not green, with its whole place.
  fileprivate var obstacle: String {
    let name = [catalogue, id].compactMap(\.self).joined(separator: " ")
    let place = [type?.rawValue, platform].compactMap(\.self).joined(separator: " on ")
    return "\(outcome.rawValue): \(name)\(place.isEmpty ? "" : " (\(place))")"
      + " at \(stage.rawValue): \(reason)"
  }
}
