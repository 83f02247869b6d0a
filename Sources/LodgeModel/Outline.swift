package import Foundation

/// Everything that a ledger holds, without the words: which set had which outcome where, and when.
///
/// It is small enough to be held whole, so that pages can tell at once what of them is new.
package struct Outline: Equatable, Sendable {
  /// One build set.
  package struct BuildSet: Equatable, Sendable {
    package var id: Digest
    /// The names that runs gave it, the newest first; never empty.
    package var names: [String]
    /// When the newest run that recorded it began.
    package var seen: Date
    /// How many packages its lock lists.
    package var packages: Int
    /// What each member offers, as it was last seen.
    package var support: [Support]

    package init(id: Digest, names: [String], seen: Date, packages: Int, support: [Support]) {
      (self.id, self.names, self.seen) = (id, names, seen)
      (self.packages, self.support) = (packages, support)
    }

    /// The name that the newest run gave it.
    package var name: String { names.first ?? "" }
  }

  /// One place in the matrix, of any set.
  package struct Place: Hashable, Sendable {
    package var kind: Cell.Kind
    package var id: String
    package var type: DomainType?
    package var platform: String?
    package var stage: Stage

    package init(
      kind: Cell.Kind, id: String, type: DomainType?, platform: String?, stage: Stage
    ) {
      (self.kind, self.id, self.type) = (kind, id, type)
      (self.platform, self.stage) = (platform, stage)
    }

    /// The place of a cell.
    package init(_ cell: Cell) {
      self.init(
        kind: cell.kind, id: cell.id, type: cell.type, platform: cell.platform, stage: cell.stage)
    }
  }

  /// What one run recorded of a place on a set.
  package struct Entry: Equatable, Sendable {
    /// The number of the outcome in its ledger; later ones are larger.
    package var number: Int64
    /// The number of its run.
    package var run: Int64
    /// Its set, as an index into ``Outline/sets``.
    package var set: Int
    /// Its place, as an index into ``Outline/places``.
    package var place: Int
    package var outcome: Outcome

    package init(number: Int64, run: Int64, set: Int, place: Int, outcome: Outcome) {
      (self.number, self.run, self.set) = (number, run, set)
      (self.place, self.outcome) = (place, outcome)
    }
  }

  /// One run, as far as it matters to its entries.
  package struct Run: Equatable, Sendable {
    package var lab: String
    package var began: Date

    package init(lab: String, began: Date) { (self.lab, self.began) = (lab, began) }
  }

  /// The set that was first recorded last comes first: it is the newest build.
  package var sets: [BuildSet]
  package var places: [Place]
  package var runs: [Int64: Run]
  /// In the order in which they were recorded.
  package var entries: [Entry]

  package init(sets: [BuildSet], places: [Place], runs: [Int64: Run], entries: [Entry]) {
    (self.sets, self.places, self.runs, self.entries) = (sets, places, runs, entries)
  }
}
