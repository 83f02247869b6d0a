import LodgeModel

/// What was found among the sets of some names, as one JSON document.
package struct BisectionDocument: Encodable, Sendable {
  /// A bisection with what tells the sets around each breakage apart.
  package struct Found: Sendable {
    package var bisection: Bisection
    /// By last good and first known bad set.
    package var packages: [Bisection.Change: PackageChanges]

    package init(_ bisection: Bisection, packages: [Bisection.Change: PackageChanges]) {
      (self.bisection, self.packages) = (bisection, packages)
    }
  }

  /// The version of this shape; fields may be added within it, never renamed.
  package static let currentSchema = "lodge.bisection/1"

  private let schema = Self.currentSchema
  private let names: [Name]

  package init(_ found: [Found]) { names = found.map(Name.init) }

  private struct Name: Encodable {
    let name: String
    let sets: [Digest]
    let cells: [Entry]
    let spans: [Span]

    init(_ found: Found) {
      let bisection = found.bisection
      (name, sets) = (bisection.name, bisection.sets)
      cells = bisection.histories.map { Entry($0, bisection.sets) }
      spans = bisection.spans.map { span in
        Span(
          lastGood: bisection.sets[span.from], firstKnownBad: bisection.sets[span.to],
          packages: found.packages[span])
      }
    }
  }

  private struct Entry: Encodable {
    let kind: Cell.Kind
    let id: String
    let catalogue: String?
    let type: DomainType?
    let platform: String?
    let stage: Stage
    let standing: Bisection.Standing
    let isFlapping: Bool
    /// One for each set, null where nothing is recorded.
    let outcomes: [Outcome?]
    let lastGood: Digest?
    /// The first bad set; several where nobody judged those between.
    let firstBad: [Digest]
    let changes: [Change]

    init(_ history: Bisection.History, _ sets: [Digest]) {
      let claim = history.claim
      (kind, id, catalogue) = (claim.kind, claim.id, claim.catalogue)
      (type, platform, stage) = (claim.type, claim.platform, history.stage)
      (standing, isFlapping) = (history.standing, history.isFlapping)
      outcomes = history.outcomes
      lastGood = history.breakage.map { sets[$0.from] }
      firstBad = history.breakage.map { Array(sets[$0.candidates]) } ?? []
      changes = history.changes.map { Change($0, sets) }
    }
  }

  private struct Change: Encodable {
    let becomes: Bisection.State
    let from: Digest
    let to: Digest
    let unknown: [Digest]

    init(_ change: Bisection.Change, _ sets: [Digest]) {
      becomes = change.becomes
      (from, to) = (sets[change.from], sets[change.to])
      unknown = Array(sets[change.unknown])
    }
  }

  private struct Span: Encodable {
    let lastGood: Digest
    let firstKnownBad: Digest
    let packages: PackageChanges?
  }
}
