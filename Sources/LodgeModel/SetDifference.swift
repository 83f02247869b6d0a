/// What became otherwise between two sets.
package struct SetDifference: Encodable, Equatable, Sendable {
  /// One of the two sets.
  package struct Side: Encodable, Equatable, Sendable {
    package var name: String
    package var id: Digest

    package init(name: String, id: Digest) { (self.name, self.id) = (name, id) }
  }

  /// A launch measurement that changed.
  package struct MeasurementChange: Encodable, Equatable, Sendable {
    package var scenario: String
    package var platform: String
    /// The label of the domain in its scenario.
    package var domain: String
    package var type: DomainType
    package var algorithm: String
    /// Lower-case hexadecimal.
    package var before: String
    package var after: String
    /// Each measured call that differs, with the page or register in it; the first comes first.
    package var differences: [String]
  }

  /// A cell whose outcome changed.
  package struct OutcomeChange: Encodable, Equatable, Sendable {
    package var kind: Cell.Kind
    package var id: String
    package var type: DomainType?
    package var platform: String?
    package var stage: Stage
    package var before: Outcome
    package var after: Outcome
    /// Why it is what it is now.
    package var reason: String
  }

  /// The version of the JSON shape.
  package let schema = "lodge.difference/1"
  package var before: Side
  package var after: Side
  package var measurements: [MeasurementChange]
  /// How many launches were measured alike.
  package var unchanged: Int
  /// Launches that were measured on one of the two only, by scenario and platform.
  package var onlyBefore: [String]
  package var onlyAfter: [String]
  package var outcomes: [OutcomeChange]

  /// Compares a set and its measured launches with those of another.
  package init(
    _ after: Results.BuildSet, _ launches: [SetLaunches.Launch],
    from before: Results.BuildSet, _ earlier: [SetLaunches.Launch]
  ) {
    self.before = Side(name: before.name, id: before.id)
    self.after = Side(name: after.name, id: after.id)
    let both = SetLaunches(
      launches, before: SetLaunches.Before(name: before.name, launches: earlier))
    measurements = both.drift.map { drift in
      let now = drift.now.measured
      return MeasurementChange(
        scenario: drift.now.scenario, platform: drift.now.platform, domain: now.domain,
        type: now.type, algorithm: now.algorithm, before: drift.before.measured.measurement,
        after: now.measurement, differences: drift.differences)
    }
    unchanged = both.pairs.count - measurements.count
    let (places, others) = (Set(launches.map(\.place)), Set(earlier.map(\.place)))
    onlyBefore = others.subtracting(places).sorted()
    onlyAfter = places.subtracting(others).sorted()
    outcomes = Self.changes(after.cells, from: before.cells)
  }

  private static func changes(_ cells: [Cell], from others: [Cell]) -> [OutcomeChange] {
    let before = Dictionary(others.map { ($0.place, $0) }, uniquingKeysWith: { $1 })
    return cells.compactMap { cell in
      guard let other = before[cell.place], other.outcome != cell.outcome else { return nil }
      return OutcomeChange(
        kind: cell.kind, id: cell.id, type: cell.type, platform: cell.platform,
        stage: cell.stage, before: other.outcome, after: cell.outcome, reason: cell.reason)
    }
  }
}

extension Cell {
  /// What makes it the same cell on two sets.
  fileprivate var place: [String] {
    [kind.rawValue, id, type?.rawValue ?? "", platform ?? "", stage.rawValue]
  }
}
