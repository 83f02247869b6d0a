package import Foundation
import GRDB
package import LodgeModel

/// How the cells of one set stand, in numbers.
package struct SetTally: Equatable, Sendable {
  package let id: Digest
  package let name: String
  /// When the newest run that recorded it began.
  package let seen: Date
  /// How many cells of a type have an outcome; without type, those about the set as a whole.
  package let counts: [DomainType?: [Outcome: Int]]
}

extension Ledger {
  /// The sets that were recorded last, the newest first, each place as it was last recorded.
  ///
  /// SQLite counts; reading the cells of fifty sets takes five times as long as all of this.
  package func tallies(last limit: Int) throws(LedgerFailure) -> [SetTally] {
    try read("count the cells of the last \(limit) sets") { db in
      try db.newest(limit).map { set in
        SetTally(
          id: set.id, name: set.name, seen: set.seen, counts: try db.counts(ofSet: set.number))
      }
    }
  }
}

extension Database {
  /// The sets that were recorded last, the newest first, each with its newest name and run.
  func newest(_ limit: Int) throws -> [(number: Int64, id: Digest, name: String, seen: Date)] {
    try Row.fetchAll(
      self,
      sql: """
        SELECT buildSet.id, digest, name, started FROM naming
        JOIN buildSet ON buildSet.id = naming.buildSet JOIN run ON run.id = naming.run
        WHERE naming.id IN (SELECT max(id) FROM naming GROUP BY buildSet)
        ORDER BY naming.id DESC LIMIT ?
        """, arguments: [max(0, limit)]
    ).map { row in
      (
        try row.decode(forColumn: "id"), try Digest(stored: row.decode(forColumn: "digest")),
        try row.decode(forColumn: "name"), try row.decode(forColumn: "started")
      )
    }
  }

  fileprivate func counts(ofSet number: Int64) throws -> [DomainType?: [Outcome: Int]] {
    let rows = try Row.fetchAll(
      cachedStatement(
        sql: """
          SELECT type, outcome, count(*) AS cells
          FROM outcome JOIN place ON place.id = outcome.place
          WHERE outcome.id IN (SELECT max(id) FROM outcome WHERE buildSet = ? GROUP BY place)
          GROUP BY type, outcome
          """), arguments: [number])
    var counts: [DomainType?: [Outcome: Int]] = [:]
    for row in rows {
      let hasType = try row.decode(String?.self, forColumn: "type") != nil
      let type: DomainType? = hasType ? try row.word("type") : nil
      counts[type, default: [:]][try row.word("outcome")] = try row.decode(forColumn: "cells")
    }
    return counts
  }
}
