package import Foundation
import GRDB
package import LodgeModel

extension Ledger {
  /// The newest runs, newest first.
  package func runs(limit: Int) throws(LedgerFailure) -> [Run] {
    try read("list runs") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT run.*, ended, exitCode FROM run LEFT JOIN ending ON ending.run = run.id
          ORDER BY run.id DESC LIMIT ?
          """, arguments: [max(0, limit)]
      ).map { row in
        let id = RunID(try row.decode(forColumn: "id"))
        return try Run(id: id, row: row, counts: db.counts(of: id))
      }
    }
  }

  /// All that one run recorded, also if it was interrupted.
  package func results(of run: RunID) throws(LedgerFailure) -> Results {
    try read("read run \(run)") { db in
      guard
        try Row.fetchOne(db, sql: "SELECT 1 FROM run WHERE id = ?", arguments: [run.number])
          != nil
      else { throw LedgerFailure.Cause.unknownRun(run) }
      let named = try Row.fetchAll(
        db, sql: "SELECT buildSet, name FROM naming WHERE run = ? ORDER BY id",
        arguments: [run.number])
      return Results(
        sets: try named.map { row in
          try db.buildSet(
            row.decode(forColumn: "buildSet"), name: row.decode(forColumn: "name"), run: run)
        })
    }
  }

  /// The newest set of a name of which anything was seen; nil where there is none.
  ///
  /// Each cell is the newest that any run recorded for its place on that very set.
  package func latest(named name: String) throws(LedgerFailure) -> Results.BuildSet? {
    try read("read set \(name)") { db in try db.latest(named: name) }
  }

  /// The id of the newest set of a name of which anything was seen; nil where there is none.
  package func newest(named name: String) throws(LedgerFailure) -> Digest? {
    try read("look for set \(name)") { db in
      guard let number = try db.newest(named: name) else { return nil }
      return try String.fetchOne(
        db, sql: "SELECT digest FROM buildSet WHERE id = ?", arguments: [number]
      ).map(Digest.init(stored:))
    }
  }

  /// The newest set of a name that is not the one with an id; nil without one.
  ///
  /// Where it is asked for, one of which launches were measured.
  package func latest(
    named name: String, otherThan id: Digest?, measured: Bool = false
  ) throws(LedgerFailure) -> Results.BuildSet? {
    try read("read the set before \(name)") { db in
      let number = try Int64.fetchOne(
        db,
        sql: """
          SELECT naming.buildSet FROM naming JOIN buildSet ON buildSet.id = naming.buildSet
          WHERE name = ? AND digest <> ? AND EXISTS (
            SELECT 1 FROM outcome LEFT JOIN measurement ON measurement.outcome = outcome.id
            WHERE outcome.buildSet = naming.buildSet
              AND (measurement.outcome IS NOT NULL OR NOT ?))
          ORDER BY naming.id DESC
          """, arguments: [name, id?.hex ?? "", measured])
      return try number.map { try db.buildSet($0, name: name) }
    }
  }

  /// A set by its id, each cell as it was last recorded; nil where it was never recorded.
  package func latest(id: Digest) throws(LedgerFailure) -> Results.BuildSet? {
    try read("read set \(id.short)") { db in
      guard let number = try db.number(ofSet: id) else { return nil }
      let name = try String.fetchOne(
        db, sql: "SELECT name FROM naming WHERE buildSet = ? ORDER BY id DESC",
        arguments: [number])
      return try name.map { try db.buildSet(number, name: $0) }
    }
  }

  /// The ids of recorded sets that begin with some digits, at least four.
  package func ids(startingWith text: String) throws(LedgerFailure) -> [Digest] {
    let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
    guard digits.count >= 4, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return [] }
    return try read("look for set \(text)") { db in
      try String.fetchAll(
        db, sql: "SELECT digest FROM buildSet WHERE digest GLOB ? ORDER BY id",
        arguments: ["\(digits.lowercased())*"]
      ).map(Digest.init(stored:))
    }
  }

  /// The newest set of every name, in the order in which the names were first recorded.
  package func latest() throws(LedgerFailure) -> Results {
    try read("read the sets") { db in
      let names = try db.names()
      return Results(sets: try names.compactMap { try db.latest(named: $0) })
    }
  }

  /// The sets that were recorded last, the newest first.
  package func latest(sets limit: Int) throws(LedgerFailure) -> Results {
    try read("read the last \(limit) sets") { db in
      Results(sets: try db.newest(limit).map { try db.buildSet($0.number, name: $0.name) })
    }
  }

  /// The bytes of an artefact; nil where no run left them.
  package func content(_ digest: Digest) throws(LedgerFailure) -> Data? {
    try read("read artefact \(digest.short)") { db in
      try Data.fetchOne(
        db, sql: "SELECT bytes FROM content WHERE digest = ?", arguments: [digest.hex])
    }
  }

  /// The lock of a set; nil where the set was never recorded.
  package func lock(of id: Digest) throws(LedgerFailure) -> Lock? {
    try read("read the lock of set \(id.short)") { db in
      try db.number(ofSet: id).map { try db.lock(ofSet: $0) }
    }
  }

  /// The evidence that a version of the collectors read from a set, where it was ever read.
  package func evidence(
    ofSet set: Digest, collectors: String
  ) throws(LedgerFailure) -> Digest? {
    try read("look for evidence of set \(set.short)") { db in
      guard let number = try db.number(ofSet: set) else { return nil }
      return try String.fetchOne(
        db,
        sql: """
          SELECT digest FROM evidence WHERE buildSet = ? AND collectors = ? ORDER BY id DESC
          """, arguments: [number, collectors]
      ).map(Digest.init(stored:))
    }
  }
}

extension Database {
  /// The number of the set with an id.
  func number(ofSet id: Digest) throws -> Int64? {
    try Int64.fetchOne(
      self, sql: "SELECT id FROM buildSet WHERE digest = ?", arguments: [id.hex])
  }

  /// The lock of a set, equal to the one that was recorded.
  func lock(ofSet number: Int64) throws -> Lock {
    let packages = try Row.fetchAll(
      self, sql: "SELECT * FROM package WHERE buildSet = ? ORDER BY position",
      arguments: [number])
    return Lock(
      packages: try packages.map(Package.init(row:)), acceptExpired: try accepted(ofSet: number))
  }

  /// How many cells a run recorded, by outcome.
  fileprivate func counts(of run: RunID) throws -> [Outcome: Int] {
    let rows = try Row.fetchAll(
      self, sql: "SELECT outcome, count(*) AS cells FROM outcome WHERE run = ? GROUP BY outcome",
      arguments: [run.number])
    return try Dictionary(
      uniqueKeysWithValues: rows.map { row in
        (try row.word("outcome"), try row.decode(Int.self, forColumn: "cells"))
      })
  }

  fileprivate func latest(named name: String) throws -> Results.BuildSet? {
    try newest(named: name).map { try buildSet($0, name: name) }
  }

  /// The number of the newest set of a name of which anything was seen.
  fileprivate func newest(named name: String) throws -> Int64? {
    try Int64.fetchOne(
      self,
      sql: """
        SELECT buildSet FROM naming WHERE name = ?
        AND EXISTS (SELECT 1 FROM outcome WHERE outcome.buildSet = naming.buildSet)
        ORDER BY id DESC
        """, arguments: [name])
  }

  /// A set as one run saw it, or, without a run, as each place was last seen.
  fileprivate func buildSet(
    _ number: Int64, name: String, run: RunID? = nil
  ) throws -> Results.BuildSet {
    let view = View(buildSet: number, run: run)
    let header = try Row.fetchOne(
      self,
      sql: """
        SELECT digest, (SELECT count(*) FROM package WHERE buildSet = id) AS packages
        FROM buildSet WHERE id = ?
        """, arguments: [number])
    guard let header else { throw LedgerFailure.Cause.damaged("it has no set \(number)") }
    return Results.BuildSet(
      id: try Digest(stored: header.decode(forColumn: "digest")), name: name,
      packages: try header.decode(forColumn: "packages"),
      acceptExpired: try accepted(ofSet: number), support: try support(in: view),
      cells: try cells(in: view), notes: try notes(in: view))
  }

  private func accepted(ofSet number: Int64) throws -> [Lock.AcceptedExpiry] {
    try Row.fetchAll(
      self, sql: "SELECT * FROM acceptedExpiry WHERE buildSet = ? ORDER BY suite",
      arguments: [number]
    ).map { row in
      Lock.AcceptedExpiry(
        suite: try row.decode(forColumn: "suite"),
        validUntil: try row.decode(forColumn: "validUntil"))
    }
  }

  private func cells(in view: View) throws -> [Cell] {
    try cells(view.newest(of: "outcome", each: "place"), view.arguments).map(\.cell)
  }

  /// The cells of some outcomes in the order of their numbers, each with its row.
  ///
  /// `chosen` is a query for numbers of outcomes.
  func cells(
    _ chosen: String, _ arguments: StatementArguments
  ) throws -> [(row: Row, cell: Cell)] {
    var findings: [Int64: [Finding]] = [:]
    for row in try Row.fetchAll(
      self, sql: "SELECT * FROM finding WHERE outcome IN (\(chosen)) ORDER BY outcome, position",
      arguments: arguments)
    {
      findings[try row.decode(forColumn: "outcome"), default: []].append(try Finding(row: row))
    }
    for row in try Row.fetchAll(
      self,
      sql: "SELECT * FROM side WHERE outcome IN (\(chosen)) ORDER BY outcome, position, rank",
      arguments: arguments)
    {
      let outcome = try row.decode(Int64.self, forColumn: "outcome")
      let position = try row.decode(Int.self, forColumn: "position")
      guard findings[outcome]?.indices.contains(position) == true else {
        throw LedgerFailure.Cause.damaged("outcome \(outcome) has no finding \(position)")
      }
      findings[outcome]?[position].sides.append(
        Finding.Side(
          who: try row.decode(forColumn: "who"), says: try row.decode(forColumn: "says")))
    }
    var artefacts: [Int64: [Artefact]] = [:]
    for row in try Row.fetchAll(
      self,
      sql: """
        SELECT outcome, kind, digest FROM artefact JOIN content ON content.id = artefact.content
        WHERE outcome IN (\(chosen)) ORDER BY outcome, kind
        """, arguments: arguments)
    {
      artefacts[try row.decode(forColumn: "outcome"), default: []].append(try Artefact(row: row))
    }
    var measurements: [Int64: [Cell.Measured]] = [:]
    for row in try Row.fetchAll(
      self,
      sql: "SELECT * FROM measurement WHERE outcome IN (\(chosen)) ORDER BY outcome, position",
      arguments: arguments)
    {
      measurements[try row.decode(forColumn: "outcome"), default: []]
        .append(try Cell.Measured(row: row))
    }
    return try Row.fetchAll(
      self,
      sql: """
        SELECT outcome.*, kind, name, type, platform, stage
        FROM outcome JOIN place ON place.id = outcome.place
        WHERE outcome.id IN (\(chosen)) ORDER BY outcome.id
        """, arguments: arguments
    ).map { row in
      let id = try row.decode(Int64.self, forColumn: "id")
      let cell = try Cell(
        row: row, findings: findings[id] ?? [], measurements: measurements[id] ?? [],
        artefacts: artefacts[id] ?? [])
      return (row, cell)
    }
  }

  func support(ofSet number: Int64) throws -> [Support] {
    try support(in: View(buildSet: number, run: nil))
  }

  func notes(ofSet number: Int64) throws -> [String] {
    try notes(in: View(buildSet: number, run: nil))
  }

  private func support(in view: View) throws -> [Support] {
    try Row.fetchAll(
      self,
      sql: """
        SELECT * FROM support
        WHERE id IN (\(view.newest(of: "support", each: "type, member"))) ORDER BY id
        """, arguments: view.arguments
    ).map(Support.init(row:))
  }

  private func notes(in view: View) throws -> [String] {
    try String.fetchAll(
      self,
      sql:
        "SELECT text FROM note WHERE id IN (\(view.newest(of: "note", each: "text"))) ORDER BY id",
      arguments: view.arguments)
  }
}

/// What of a set is looked at: one run's records, or those of all runs.
private struct View {
  var buildSet: Int64
  var run: RunID?

  var arguments: StatementArguments {
    run.map { [$0.number, buildSet] } ?? [buildSet]
  }

  /// The query for the numbers of the newest rows, one for each value of some columns.
  func newest(of table: String, each columns: String) -> String {
    let scope = run == nil ? "buildSet = ?" : "run = ? AND buildSet = ?"
    return "SELECT max(id) FROM \(table) WHERE \(scope) GROUP BY \(columns)"
  }
}
