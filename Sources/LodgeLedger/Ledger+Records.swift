package import Foundation
import GRDB
package import LodgeModel

extension Ledger {
  /// All that is recorded of a set: of each cell what each lab saw last; nil where there is nothing.
  ///
  /// Every recording of the set is held against its seal, and the packages against the set's id, so
  /// that what is given is what was recorded. `before` leaves out runs that began later; `isAlive`
  /// tells whether the process of a run is still there.
  ///
  /// - Throws: ``LedgerFailure`` with ``LedgerFailure/Cause/damaged(_:)`` for anything that is not
  ///   what it was.
  package func record(
    of id: Digest, before: Date? = nil, isAlive: (_ process: String) -> Bool = { _ in false }
  ) throws(LedgerFailure) -> SetRecord? {
    try read("read the record of set \(id.short)") { db in
      guard let number = try db.number(ofSet: id) else { return nil }
      let lock = try db.lock(ofSet: number)
      try lock.require(id: id)
      let name = try String.fetchOne(
        db, sql: "SELECT name FROM naming WHERE buildSet = ? ORDER BY id DESC",
        arguments: [number])
      guard let name else { throw LedgerFailure.Cause.damaged("set \(id.short) has no name") }
      let runs = try db.runs(ofSet: number)
      return SetRecord(
        id: id, name: name, packages: lock.packages, support: try db.support(ofSet: number),
        observations: try db.observations(ofSet: number, runs, before: before ?? .distantFuture),
        underWay: runs.values.filter { run in
          !run.hasEnded && run.process.map(isAlive) == true
        }.map { SetRecord.UnderWay(run: $0.id, lab: $0.lab, began: $0.started) }
          .sorted { $0.run < $1.run })
    }
  }

  /// All that every run recorded of a set; nil where nothing is.
  ///
  /// - Throws: ``LedgerFailure`` with ``LedgerFailure/Cause/damaged(_:)`` for anything that is not
  ///   what it was.
  package func everything(of id: Digest) throws(LedgerFailure) -> RecordedSet? {
    try read("read all of set \(id.short)") { db in
      guard let number = try db.number(ofSet: id) else { return nil }
      let lock = try db.lock(ofSet: number)
      try lock.require(id: id)
      try db.requireSealed(set: number)
      let cells = try db.cells("SELECT id FROM outcome WHERE buildSet = ?", [number])
      return RecordedSet(
        id: id, lock: lock, support: try db.support(ofSet: number),
        notes: try db.notes(ofSet: number), runs: try db.recordedRuns(ofSet: number),
        seen: try cells.map { row, cell in
          RecordedSet.Seen(
            number: try row.decode(forColumn: "id"), run: try row.decode(forColumn: "run"),
            cell: cell)
        })
    }
  }

  /// The packages of a set, and the name that the newest run gave it; nil where nobody recorded it.
  package func identity(of id: Digest) throws(LedgerFailure) -> (name: String, lock: Lock)? {
    try read("look for set \(id.short)") { db in
      guard let number = try db.number(ofSet: id) else { return nil }
      let name = try String.fetchOne(
        db, sql: "SELECT name FROM naming WHERE buildSet = ? ORDER BY id DESC",
        arguments: [number])
      return (name ?? "", try db.lock(ofSet: number))
    }
  }

  /// The run that began last, as its own clock said; nil where there is none.
  package func newestStart() throws(LedgerFailure) -> (run: RunID, began: Date)? {
    try read("look for the newest run") { db in
      try Row.fetchOne(db, sql: "SELECT id, started FROM run ORDER BY started DESC, id DESC")
        .map { (RunID(try $0.decode(forColumn: "id")), try $0.decode(forColumn: "started")) }
    }
  }

  /// The runs that recorded a set of a name.
  package func runs(ofSetsNamed name: String) throws(LedgerFailure) -> [RunID] {
    try read("list the runs of \(name)") { db in
      try Int64.fetchAll(
        db, sql: "SELECT DISTINCT run FROM naming WHERE name = ? ORDER BY run", arguments: [name]
      ).map { RunID($0) }
    }
  }

  /// The sets of a name in the order in which they were first recorded, oldest first.
  package func history(of name: String) throws(LedgerFailure) -> [Digest] {
    try read("list the sets of \(name)") { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT digest FROM naming JOIN buildSet ON buildSet.id = naming.buildSet
          WHERE name = ? GROUP BY naming.buildSet ORDER BY min(naming.id)
          """, arguments: [name]
      ).map(Digest.init(stored:))
    }
  }

  /// The names of all sets, in the order in which they were first recorded.
  package func names() throws(LedgerFailure) -> [String] {
    try read("list the names of sets") { db in
      try db.names()
    }
  }
}

/// What is needed of a run to tell what it saw.
struct RunOfSet {
  let id: Int64
  let lab: String
  let started: Date
  let process: String?
  let hasEnded: Bool
  let baseline: Digest?
}

extension Database {
  /// The names of all sets, in the order in which they were first recorded.
  func names() throws -> [String] {
    try String.fetchAll(self, sql: "SELECT name FROM naming GROUP BY name ORDER BY min(id)")
  }

  /// The runs that named a set, by their numbers.
  func runs(ofSet number: Int64) throws -> [Int64: RunOfSet] {
    let rows = try Row.fetchAll(
      self,
      sql: """
        SELECT DISTINCT run.id, lab, started, process, ending.run IS NOT NULL AS hasEnded, baseline
        FROM naming JOIN run ON run.id = naming.run LEFT JOIN ending ON ending.run = run.id
        LEFT JOIN comparison
          ON comparison.run = run.id AND comparison.buildSet = naming.buildSet
        WHERE naming.buildSet = ?
        """, arguments: [number])
    return try Dictionary(
      uniqueKeysWithValues: rows.map { row in
        let id: Int64 = try row.decode(forColumn: "id")
        let baseline = try row.decode(String?.self, forColumn: "baseline")
        return (
          id,
          RunOfSet(
            id: id, lab: try row.decode(forColumn: "lab"),
            started: try row.decode(forColumn: "started"),
            process: try row.decode(forColumn: "process"),
            hasEnded: try row.decode(forColumn: "hasEnded"),
            baseline: try baseline.map(Digest.init(stored:)))
        )
      })
  }

  /// The runs that named a set, in their order, with what each read and compared it with.
  func recordedRuns(ofSet number: Int64) throws -> [RecordedSet.Run] {
    var evidence: [Int64: [String: Digest]] = [:]
    for row in try Row.fetchAll(
      self, sql: "SELECT run, collectors, digest FROM evidence WHERE buildSet = ? ORDER BY id",
      arguments: [number])
    {
      evidence[try row.decode(forColumn: "run"), default: [:]][
        try row.decode(String.self, forColumn: "collectors")] = try Digest(
          stored: row.decode(forColumn: "digest"))
    }
    let rows = try Row.fetchAll(
      self,
      sql: """
        SELECT DISTINCT run.*, ended, exitCode, baseline FROM naming JOIN run ON run.id = naming.run
        LEFT JOIN ending ON ending.run = run.id
        LEFT JOIN comparison
          ON comparison.run = run.id AND comparison.buildSet = naming.buildSet
        WHERE naming.buildSet = ? ORDER BY run.id
        """, arguments: [number])
    return try rows.map { row in
      let id: Int64 = try row.decode(forColumn: "id")
      let start = try Run(id: RunID(id), row: row, counts: [:]).start
      return RecordedSet.Run(
        number: id, lab: start.lab, began: start.started,
        ended: try row.decode(forColumn: "ended"), tool: start.tool, matrix: start.matrix,
        arguments: start.arguments,
        baseline: try row.decode(String?.self, forColumn: "baseline").map(Digest.init(stored:)),
        evidence: evidence[id] ?? [:])
    }
  }

  /// Refuses a set of which anything is not what was recorded.
  func requireSealed(set number: Int64) throws {
    for recording in try Row.fetchAll(
      self, sql: "SELECT * FROM recording WHERE buildSet = ?", arguments: [number])
    { try requireSealed(recording) }
    let unsealed = try Int64.fetchOne(
      self,
      sql: """
        SELECT outcome.run FROM outcome WHERE buildSet = ? AND NOT EXISTS (
          SELECT 1 FROM recording WHERE recording.buildSet = outcome.buildSet
          AND recording.run = outcome.run AND outcome.id BETWEEN firstOutcome AND lastOutcome)
        """, arguments: [number])
    if let unsealed {
      throw LedgerFailure.Cause.damaged("run \(unsealed) has outcomes that nobody sealed")
    }
  }

  /// What each lab saw last of each place of a set, as its seals vouch for it.
  func observations(
    ofSet number: Int64, _ runs: [Int64: RunOfSet], before: Date
  ) throws -> [Observation] {
    try requireSealed(set: number)
    let rows = try Row.fetchAll(
      self, sql: "SELECT id, run, place FROM outcome WHERE buildSet = ? ORDER BY id",
      arguments: [number])
    var newest: [PlaceOfLab: Int64] = [:]
    for row in rows {
      let run: Int64 = try row.decode(forColumn: "run")
      guard let known = runs[run] else {
        throw LedgerFailure.Cause.damaged("run \(run) recorded a set that it never named")
      }
      guard known.started <= before else { continue }
      let place = PlaceOfLab(place: try row.decode(forColumn: "place"), lab: known.lab)
      newest[place] = try row.decode(forColumn: "id")
    }
    let chosen = Set(newest.values)
    // All of the set are read, as their numbers may be more than a query takes.
    return try cells("SELECT id FROM outcome WHERE buildSet = ?", [number]).compactMap {
      row, cell -> Observation? in
      let run: Int64 = try row.decode(forColumn: "run")
      guard chosen.contains(try row.decode(forColumn: "id")), let known = runs[run] else {
        return nil
      }
      return Observation(
        cell: cell, run: run, lab: known.lab, seen: known.started, baseline: known.baseline)
    }
  }

  private struct PlaceOfLab: Hashable {
    let place: Int64
    let lab: String
  }
}
