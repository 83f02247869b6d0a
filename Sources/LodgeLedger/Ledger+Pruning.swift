package import Foundation
import GRDB
import LodgeModel

/// What of a ledger is kept when it is pruned, besides all that a verdict rests on.
package struct Retention: Equatable, Sendable {
  /// How many of the newest sets of each name are kept, with all their runs.
  package var sets: Int
  /// Runs that began later are kept; nil where age keeps nothing.
  package var since: Date?

  package init(sets: Int, since: Date?) { (self.sets, self.since) = (sets, since) }
}

/// What was pruned, or would be.
package struct Pruned: Equatable, Sendable {
  package var runs: Int
  package var outcomes: Int
  package var sets: Int
  /// The runs that would have gone, if no verdict rested on them.
  package var keptForVerdicts: Int
}

extension Ledger {
  /// Removes whole runs that nothing keeps, and what only they held; all of it or nothing.
  ///
  /// A run is kept with all that it recorded where a verdict rests on it, where it recorded one of
  /// the newest sets of a name, where it is young, and where it has not ended and its process is
  /// alive. With `isTrial` nothing is removed.
  ///
  /// - Throws: ``LedgerFailure``; a damaged ledger is not pruned.
  package func prune(
    keeping retention: Retention, isTrial: Bool = false,
    isAlive: (_ process: String) -> Bool = { _ in false }
  ) throws(LedgerFailure) -> Pruned {
    let pruned = try write("prune") { db in
      let all = try Set(Int64.fetchAll(db, sql: "SELECT id FROM run"))
      let vouched = try Set(Int64.fetchAll(db, sql: "SELECT run FROM basis"))
      let kept = try db.kept(by: retention, isAlive: isAlive)
      let going = all.subtracting(kept).subtracting(vouched).sorted()
      return try db.remove(
        runs: going, keptForVerdicts: vouched.subtracting(kept).count, isTrial: isTrial)
    }
    guard !isTrial else {
      settle()
      return pruned
    }
    do {
      try queue.writeWithoutTransaction { db in try db.execute(sql: "VACUUM") }
    } catch {
      throw LedgerFailure(
        action: "give back the space of what was pruned", path: path,
        cause: .init(error, path: path))
    }
    settle()
    return pruned
  }

  /// Writes a whole copy of the ledger to a new file, also while others read and write this one.
  ///
  /// - Throws: ``LedgerFailure`` where the file is there already, or cannot be written; nothing
  ///   half-made stays.
  package func backUp(to file: String) throws(LedgerFailure) {
    let action = "back up to \(file)"
    guard !FileManager.default.fileExists(atPath: file) else {
      throw LedgerFailure(
        action: action, path: path,
        cause: .other("that file is there already; name another one, or move it away"))
    }
    let unfinished = "\(file).unfinished"
    unlink(unfinished)
    do {
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "VACUUM INTO ?", arguments: [unfinished])
      }
      guard link(unfinished, file) == 0 else {
        throw LedgerFailure.Cause.other(String(cString: strerror(errno)))
      }
      unlink(unfinished)
    } catch {
      unlink(unfinished)
      throw LedgerFailure(action: action, path: path, cause: .init(error, path: path))
    }
  }
}

extension Database {
  /// The runs that a retention keeps, and those that are under way.
  fileprivate func kept(
    by retention: Retention, isAlive: (String) -> Bool
  ) throws -> Set<Int64> {
    var kept: Set<Int64> = []
    for name in try String.fetchAll(self, sql: "SELECT DISTINCT name FROM naming") {
      let newest = try Int64.fetchAll(
        self,
        sql: """
          SELECT buildSet FROM naming WHERE name = ? GROUP BY buildSet ORDER BY max(id) DESC LIMIT ?
          """, arguments: [name, retention.sets])
      for set in newest {
        kept.formUnion(
          try Int64.fetchAll(
            self, sql: "SELECT run FROM naming WHERE buildSet = ?", arguments: [set]))
      }
    }
    if let since = retention.since {
      kept.formUnion(
        try Int64.fetchAll(self, sql: "SELECT id FROM run WHERE started >= ?", arguments: [since]))
    }
    let open = try Row.fetchAll(
      self,
      sql:
        "SELECT id, process FROM run WHERE process IS NOT NULL AND id NOT IN (SELECT run FROM ending)"
    )
    for row in open where isAlive(try row.decode(forColumn: "process")) {
      kept.insert(try row.decode(forColumn: "id"))
    }
    return kept
  }

  fileprivate func remove(
    runs: [Int64], keptForVerdicts: Int, isTrial: Bool
  ) throws -> Pruned {
    try execute(sql: "CREATE TEMP TABLE going (run INTEGER PRIMARY KEY)")
    defer { try? execute(sql: "DROP TABLE going") }
    for run in runs { try execute(sql: "INSERT INTO going VALUES (?)", arguments: [run]) }
    func count(_ query: String) throws -> Int { try Int.fetchOne(self, sql: query) ?? 0 }
    let before = try count("SELECT count(*) FROM buildSet")
    let outcomes = try count("SELECT count(*) FROM outcome WHERE run IN going")
    let lonely = """
      id NOT IN (SELECT buildSet FROM naming WHERE run NOT IN going)
      AND id NOT IN (SELECT buildSet FROM verdict)
      """
    let pruned = Pruned(
      runs: runs.count, outcomes: outcomes,
      sets: try count("SELECT count(*) FROM buildSet WHERE \(lonely)"),
      keptForVerdicts: keptForVerdicts)
    guard !isTrial, !runs.isEmpty else { return pruned }
    try withRemovalAllowed {
      for table in ["side", "finding", "artefact", "measurement"] {
        try execute(
          sql: "DELETE FROM \(table) WHERE outcome IN (SELECT id FROM outcome WHERE run IN going)")
      }
      for table in [
        "outcome", "support", "note", "recording", "comparison", "evidence", "naming", "ending",
        "origin",
      ] { try execute(sql: "DELETE FROM \(table) WHERE run IN going") }
      try execute(sql: "DELETE FROM run WHERE id IN going")
      for table in ["package", "acceptedExpiry"] {
        try execute(
          sql: """
            DELETE FROM \(table) WHERE buildSet NOT IN (SELECT buildSet FROM naming)
            AND buildSet NOT IN (SELECT buildSet FROM verdict)
            """)
      }
      try execute(
        sql: """
          DELETE FROM buildSet WHERE id NOT IN (SELECT buildSet FROM naming)
          AND id NOT IN (SELECT buildSet FROM verdict)
          """)
      try execute(
        sql: """
          DELETE FROM content WHERE id NOT IN (SELECT content FROM artefact)
          AND id NOT IN (SELECT content FROM verdict)
          """)
      try execute(sql: "DELETE FROM place WHERE id NOT IN (SELECT place FROM outcome)")
    }
    let after = try count("SELECT count(*) FROM buildSet")
    guard before - after == pruned.sets else {
      throw LedgerFailure.Cause.damaged("pruning would remove other sets than it should")
    }
    return pruned
  }

  /// Does work that may remove rows, and has the file refuse again afterwards.
  private func withRemovalAllowed(_ work: () throws -> Void) throws {
    let triggers = try Row.fetchAll(
      self,
      sql:
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB '*RefusesDELETE'")
    for row in triggers { try execute(sql: "DROP TRIGGER \(row["name"] as String)") }
    try work()
    for row in triggers { try execute(sql: row["sql"] as String) }
  }
}
