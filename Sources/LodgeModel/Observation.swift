package import Foundation

/// A cell as one run of one lab recorded it.
package struct Observation: Equatable, Sendable {
  package var cell: Cell
  /// The number of the run in its ledger.
  package var run: Int64
  /// The lab that ran it, by the name under which it is known here.
  package var lab: String
  /// When the run began.
  package var seen: Date
  /// The id of the set that comparing contracts held it against; nil for none.
  package var baseline: Digest?

  package init(cell: Cell, run: Int64, lab: String, seen: Date, baseline: Digest? = nil) {
    (self.cell, self.run, self.lab) = (cell, run, lab)
    (self.seen, self.baseline) = (seen, baseline)
  }
}

/// All that is recorded of one build set: of each cell what each lab saw last.
package struct SetRecord: Equatable, Sendable {
  /// A run that has not ended yet, of a process that is alive.
  package struct UnderWay: Equatable, Sendable {
    package var run: Int64
    package var lab: String
    package var began: Date

    package init(run: Int64, lab: String, began: Date) {
      (self.run, self.lab, self.began) = (run, lab, began)
    }
  }

  /// The digest of the lock.
  package var id: Digest
  /// The name that the newest run gave it.
  package var name: String
  package var packages: [Package]
  /// What each member offers, as it was last seen.
  package var support: [Support]
  package var observations: [Observation]
  package var underWay: [UnderWay]

  package init(
    id: Digest, name: String, packages: [Package], support: [Support] = [],
    observations: [Observation], underWay: [UnderWay] = []
  ) {
    (self.id, self.name, self.packages, self.support) = (id, name, packages, support)
    (self.observations, self.underWay) = (observations, underWay)
  }
}
