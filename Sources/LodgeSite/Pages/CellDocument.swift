package import Foundation
package import LodgeModel

/// What one run saw of one place of a set, as it is published: never rewritten, named by its digest.
package struct CellDocument: Codable, Equatable, Sendable {
  /// The version of this shape.
  package static let currentSchema = "lodge.cell/1"

  package private(set) var schema = CellDocument.currentSchema
  /// The id of the set, and the name that the run gave it.
  package var set: Digest
  /// The lab that ran it, by the name under which the publisher knows it.
  package var lab: String
  /// When the run began.
  package var began: Date
  /// The version of Lodge.
  package var tool: String
  /// The id of the set that comparing contracts held it against; nil for none.
  package var baseline: Digest?
  /// The digest of what was read of the packages, by the version of the collectors.
  package var evidence: [String: Digest]
  package var cell: Cell

  /// Puts what was seen together with who saw it.
  package init(_ cell: Cell, of set: Digest, in run: RecordedSet.Run) {
    (self.set, lab, began, tool) = (set, run.lab, run.began, run.tool)
    (baseline, evidence, self.cell) = (run.baseline, run.evidence, cell)
  }
}
