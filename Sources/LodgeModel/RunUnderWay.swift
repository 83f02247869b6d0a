package import Foundation

/// A run that has not ended, of a process that is alive.
package struct RunUnderWay: Equatable, Sendable {
  /// Its number in the ledger.
  package var run: Int64
  package var lab: String
  package var began: Date
  /// The names of the sets that it has recorded so far.
  package var names: [String]
  /// How many cells it has recorded so far.
  package var cells: Int

  package init(run: Int64, lab: String, began: Date, names: [String], cells: Int) {
    (self.run, self.lab, self.began) = (run, lab, began)
    (self.names, self.cells) = (names, cells)
  }
}
