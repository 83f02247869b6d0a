package import LodgeModel

/// What one cell is about, whatever set and stage: a contract or scenario, a type, a platform.
package struct Claim: Hashable, Sendable {
  package var kind: Cell.Kind
  package var id: String
  /// The catalogue number of a contract; nil for a scenario.
  package var catalogue: String?
  package var type: DomainType?
  package var platform: String?

  package init(
    kind: Cell.Kind, id: String, catalogue: String? = nil, type: DomainType?,
    platform: String? = nil
  ) {
    (self.kind, self.id, self.catalogue) = (kind, id, catalogue)
    (self.type, self.platform) = (type, platform)
  }

  /// What a cell is about.
  package init(of cell: Cell) {
    self.init(
      kind: cell.kind, id: cell.id, catalogue: cell.catalogue, type: cell.type,
      platform: cell.platform)
  }

  /// The claim by what never changes: a contract keeps its id when its number changes.
  var withoutNumber: Self {
    var claim = self
    claim.catalogue = nil
    return claim
  }

  /// The promise that is made: all cases of a scenario are one.
  package var promise: String { kind == .scenario ? id.withoutCase : id }

  /// Number, id, type and platform, as a person writes them.
  package var title: String {
    let name = [catalogue, id].compactMap(\.self).joined(separator: " ")
    let place = [type?.title, platform].compactMap(\.self).joined(separator: " on ")
    return place.isEmpty ? name : "\(name) (\(place))"
  }
}

/// The cells that there should be: what Lodge can judge of any set, told before anything runs.
///
/// Without it a cell that nobody ran would not be missed.
package struct Plan: Sendable {
  /// One claim with the stages at which it is judged.
  package struct Entry: Equatable, Sendable {
    package var claim: Claim
    /// In their order.
    package var stages: [Stage]
    /// Whether it holds the set against another one.
    package var compares: Bool

    package init(_ claim: Claim, stages: [Stage], compares: Bool = false) {
      (self.claim, self.stages, self.compares) = (claim, stages, compares)
    }
  }

  package var entries: [Entry]

  package init(_ entries: [Entry]) { self.entries = entries }
}
