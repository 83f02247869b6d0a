import Foundation
import GRDB
package import LodgeModel

extension Ledger {
  /// Everything that is recorded, without the words.
  ///
  /// About 0.2 s for 100 000 outcomes.
  package func outline() throws(LedgerFailure) -> Outline {
    try read("read which outcomes there are") { db in
      let sets = try db.outlinedSets()
      let numbers = Dictionary(uniqueKeysWithValues: sets.enumerated().map { ($1.number, $0) })
      let placeRows = try Row.fetchAll(db, sql: "SELECT * FROM place ORDER BY id")
      var placeNumbers: [Int64: Int] = [:]
      var places: [Outline.Place] = []
      for row in placeRows {
        placeNumbers[try row.decode(forColumn: "id")] = places.count
        places.append(try Outline.Place(row: row))
      }
      let runs = try Row.fetchAll(db, sql: "SELECT id, lab, started FROM run").map { row in
        (
          try row.decode(Int64.self, forColumn: "id"),
          Outline.Run(
            lab: try row.decode(forColumn: "lab"), began: try row.decode(forColumn: "started"))
        )
      }
      return Outline(
        sets: sets.map(\.set), places: places,
        runs: Dictionary(runs, uniquingKeysWith: { first, _ in first }),
        entries: try db.entries(sets: numbers, places: placeNumbers))
    }
  }

  /// Why some outcomes are what they are, by their numbers.
  package func reasons(of numbers: [Int64]) throws(LedgerFailure) -> [Int64: String] {
    try read("read why \(numbers.count) outcomes are what they are") { db in
      let statement = try db.cachedStatement(sql: "SELECT reason FROM outcome WHERE id = ?")
      return try Set(numbers).reduce(into: [:]) { reasons, number in
        reasons[number] = try String.fetchOne(statement, arguments: [number])
      }
    }
  }

  /// The runs that are under way; `isAlive` tells whether the process of one is still there.
  package func underWay(
    isAlive: (_ process: String) -> Bool
  ) throws(LedgerFailure) -> [RunUnderWay] {
    try read("look for runs that are under way") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, lab, started, process, (SELECT count(*) FROM outcome WHERE run = run.id) AS cells
          FROM run WHERE process IS NOT NULL AND id NOT IN (SELECT run FROM ending) ORDER BY id
          """
      ).filter { isAlive($0["process"]) }.map { row in
        let id: Int64 = try row.decode(forColumn: "id")
        return RunUnderWay(
          run: id, lab: try row.decode(forColumn: "lab"),
          began: try row.decode(forColumn: "started"),
          names: try String.fetchAll(
            db, sql: "SELECT name FROM naming WHERE run = ? ORDER BY id", arguments: [id]),
          cells: try row.decode(forColumn: "cells"))
      }
    }
  }

  /// A number that is another one after each change that somebody else made to the file.
  ///
  /// **Source:** sqlite.org, "PRAGMA data_version".
  package func version() throws(LedgerFailure) -> Int64 {
    try read("ask whether the file changed") { db in
      try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0
    }
  }
}

extension Database {
  /// The sets that were named, the one that was first named last first.
  fileprivate func outlinedSets() throws -> [(number: Int64, set: Outline.BuildSet)] {
    var names: [Int64: [String]] = [:]
    for row in try Row.fetchAll(
      self,
      sql: "SELECT buildSet, name, max(id) FROM naming GROUP BY buildSet, name ORDER BY 3 DESC")
    { names[try row.decode(forColumn: "buildSet"), default: []].append(row["name"]) }
    var packages: [Int64: Int] = [:]
    for row in try Row.fetchAll(
      self, sql: "SELECT buildSet, count(*) AS packages FROM package GROUP BY buildSet")
    { packages[try row.decode(forColumn: "buildSet")] = try row.decode(forColumn: "packages") }
    var support: [Int64: [Support]] = [:]
    for row in try Row.fetchAll(
      self,
      sql: """
        SELECT * FROM support
        WHERE id IN (SELECT max(id) FROM support GROUP BY buildSet, type, member) ORDER BY id
        """)
    { support[try row.decode(forColumn: "buildSet"), default: []].append(try Support(row: row)) }
    return try Row.fetchAll(
      self,
      sql: """
        SELECT buildSet.id, digest, max(started) AS seen FROM naming
        JOIN buildSet ON buildSet.id = naming.buildSet JOIN run ON run.id = naming.run
        GROUP BY buildSet.id ORDER BY min(naming.id) DESC
        """
    ).map { row in
      let number: Int64 = try row.decode(forColumn: "id")
      return (
        number,
        Outline.BuildSet(
          id: try Digest(stored: row.decode(forColumn: "digest")), names: names[number] ?? [],
          seen: try row.decode(forColumn: "seen"), packages: packages[number] ?? 0,
          support: support[number] ?? [])
      )
    }
  }

  /// The outcomes of some sets and places, which are given by their numbers.
  fileprivate func entries(
    sets: [Int64: Int], places: [Int64: Int]
  ) throws -> [Outline.Entry] {
    var entries: [Outline.Entry] = []
    let rows = try Row.fetchCursor(
      self, sql: "SELECT id, run, buildSet, place, outcome FROM outcome ORDER BY id")
    while let row = try rows.next() {
      let (set, place): (Int64, Int64) = (
        try row.decode(atIndex: 2), try row.decode(atIndex: 3)
      )
      guard let set = sets[set], let place = places[place] else {
        throw LedgerFailure.Cause.damaged("an outcome is of no set or place that there is")
      }
      entries.append(
        Outline.Entry(
          number: try row.decode(atIndex: 0), run: try row.decode(atIndex: 1), set: set,
          place: place, outcome: try row.word("outcome")))
    }
    return entries
  }
}

extension Outline.Place {
  fileprivate init(row: Row) throws {
    let hasType = try row.decode(String?.self, forColumn: "type") != nil
    self.init(
      kind: try row.word("kind"), id: try row.decode(forColumn: "name"),
      type: hasType ? try row.word("type") : nil, platform: try row.decode(forColumn: "platform"),
      stage: try row.word("stage"))
  }
}
