package import Foundation

/// All that a ledger holds of one set, with every run that recorded it.
package struct RecordedSet: Equatable, Sendable {
  /// One run of the set.
  package struct Run: Equatable, Sendable {
    /// Its number in the ledger.
    package var number: Int64
    package var lab: String
    package var began: Date
    /// Nil for one that did not end.
    package var ended: Date?
    /// The version of Lodge.
    package var tool: String
    /// The matrix's name; nil for a run without one.
    package var matrix: String?
    /// The command line without the program's name.
    package var arguments: [String]
    /// The id of the set that comparing contracts held it against; nil for none.
    package var baseline: Digest?
    /// What was read of the packages, by the version of the collectors.
    package var evidence: [String: Digest]

    package init(
      number: Int64, lab: String, began: Date, ended: Date?, tool: String, matrix: String?,
      arguments: [String], baseline: Digest?, evidence: [String: Digest]
    ) {
      (self.number, self.lab, self.began, self.ended) = (number, lab, began, ended)
      (self.tool, self.matrix, self.arguments) = (tool, matrix, arguments)
      (self.baseline, self.evidence) = (baseline, evidence)
    }
  }

  /// A cell with the number of its outcome and of its run.
  package struct Seen: Equatable, Sendable {
    package var number: Int64
    package var run: Int64
    package var cell: Cell

    package init(number: Int64, run: Int64, cell: Cell) {
      (self.number, self.run, self.cell) = (number, run, cell)
    }
  }

  package var id: Digest
  package var lock: Lock
  package var support: [Support]
  package var notes: [String]
  /// In the order in which they began to record it.
  package var runs: [Run]
  /// In the order in which they were recorded.
  package var seen: [Seen]

  package init(
    id: Digest, lock: Lock, support: [Support], notes: [String], runs: [Run], seen: [Seen]
  ) {
    (self.id, self.lock, self.support, self.notes) = (id, lock, support, notes)
    (self.runs, self.seen) = (runs, seen)
  }

  /// The runs by their numbers.
  package var runsByNumber: [Int64: Run] {
    Dictionary(runs.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
