package import LodgeModel

/// A pattern over the cells of one contract or scenario.
package struct CellPattern: Equatable, Sendable {
  package var kind: Cell.Kind
  /// Over ids; for contracts over catalogue numbers as well, for scenarios without the case, too.
  package var id: Glob
  /// Nil for any, and for none.
  package var type: DomainType?
  /// Over ids of platforms; nil for any, and for none.
  package var platform: Glob?
  /// Nil for any.
  package var stage: Stage?

  package init(
    _ kind: Cell.Kind, _ id: Glob, type: DomainType? = nil, platform: Glob? = nil,
    stage: Stage? = nil
  ) {
    (self.kind, self.id, self.type) = (kind, id, type)
    (self.platform, self.stage) = (platform, stage)
  }

  /// Whether the pattern means a claim, at whatever stage.
  package func fits(_ claim: Claim) -> Bool {
    kind == claim.kind && claim.answers(to: id)
      && (type == nil || type == claim.type)
      && (platform == nil || claim.platform.map { platform?.matches($0) == true } == true)
  }

  /// Whether the pattern means a claim at a stage.
  package func fits(_ claim: Claim, at stage: Stage?) -> Bool {
    fits(claim) && (self.stage == nil || stage == nil || self.stage == stage)
  }

  /// Whether the id is nothing but wildcards, so that it would mean all there is.
  package var meansAll: Bool { id.description.allSatisfy { "*?".contains($0) } }

  /// As the options of the command line would say it.
  package var title: String {
    [
      "\(kind.rawValue) \(id)", type?.title, platform.map { "on \($0)" },
      stage.map { "at \($0.rawValue)" },
    ]
    .compactMap(\.self).joined(separator: ", ")
  }
}

extension Claim {
  /// Whether a pattern means the contract, by id or catalogue number, or the scenario, by its id
  /// with or without the case.
  package func answers(to glob: Glob) -> Bool {
    if glob.description == id || glob.matches(id) { return true }
    return switch kind {
    case .contract: catalogue.map(glob.matches) == true
    case .scenario: glob.matches(id.withoutCase)
    }
  }
}
