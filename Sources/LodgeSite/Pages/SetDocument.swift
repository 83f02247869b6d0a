import Foundation
import LodgeModel

/// A set as its page's JSON twin tells it.
struct SetDocument: Encodable {
  struct Run: Encodable {
    var lab: String
    var began: Date
    var ended: Date?
    var tool: String
    var matrix: String?
    var arguments: [String]
    var baseline: Digest?
    var evidence: [String: Digest]
  }

  struct Entry: Encodable {
    var cell: Cell
    var lab: String
    /// The waiver that answers for it; nil for none.
    var waiver: String?
    /// The page of the cell, from this one.
    var href: String?
  }

  let schema = "lodge.set/1"
  var id: Digest
  var name: String
  var seen: Date
  var packages: Int
  var support: [Support]
  var notes: [String]
  /// The set that had the name before, and the one that has it after; nil for none.
  var before: Digest?
  var after: Digest?
  var runs: [Run]
  /// The newest of each place.
  var cells: [Entry]
}
