import Foundation
import GRDB
import LodgeModel

extension Ledger {
  /// All that is wrong with a ledger's file, a sentence each; reads everything and changes nothing.
  ///
  /// Looks at the digests that were kept when the file was last left, at SQLite's own structure and
  /// its indices, at the references between rows, at the seal of every recording, at the id of every
  /// set and the digest of every content, and whether all that is there can be read.
  ///
  /// - Throws: ``LedgerFailure`` where there is no ledger to look at.
  package static func damage(at path: String) throws(LedgerFailure) -> [String] {
    let action = "check the file"
    guard FileManager.default.fileExists(atPath: path) else {
      throw LedgerFailure(action: action, path: path, cause: .other("there is no such file"))
    }
    let rest = RestDigest(ofLedger: path)
    do {
      return try withExtendedLifetime(rest) {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        return try queue.writeWithoutTransaction { db in
          var found: [String] = []
          try db.inTransaction(.immediate) {
            if let change = rest.firstChange() { found.append(change) }
            found += attempt { try Schema.strangeness(of: db) }
            // Each looks by itself, as what one stumbles over may be whole for the next.
            for look in [db.structure, db.references, db.seals, db.sets, db.contents, db.words] {
              found += attempt(look)
            }
            return .rollback
          }
          return found
        }
      }
    } catch {
      throw LedgerFailure(action: action, path: path, cause: .init(error, path: path))
    }
  }

  /// What a look finds, or what it stumbles over.
  private static func attempt(_ look: () throws -> [String]) -> [String] {
    do { return try look() } catch {
      return ["\(LedgerFailure.Cause(error, path: ""))"]
    }
  }
}

extension Schema {
  /// Why this Lodge cannot look at a file as it is; empty where it can.
  fileprivate static func strangeness(of db: Database) throws -> [String] {
    let version = try version(of: db)
    guard version != steps.count else { return [] }
    throw version > steps.count
      ? LedgerFailure.Cause.newerSchema(file: version, known: steps.count)
      : LedgerFailure.Cause.other(
        "its schema is \(version), which is older; any verb that opens it brings it up to date")
  }
}

extension Database {
  fileprivate func structure() throws -> [String] {
    try String.fetchAll(self, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
  }

  fileprivate func references() throws -> [String] {
    try Row.fetchAll(self, sql: "PRAGMA foreign_key_check").prefix(100).map { row in
      "a row of \(row["table"] as String? ?? "?") names one of \(row["parent"] as String? ?? "?")"
        + " that is not there"
    }
  }

  fileprivate func seals() throws -> [String] {
    var found: [String] = []
    for recording in try Row.fetchAll(self, sql: "SELECT * FROM recording ORDER BY id") {
      do { try requireSealed(recording) } catch let cause as LedgerFailure.Cause {
        found.append("\(cause)")
      }
    }
    let stray = try Int64.fetchAll(
      self,
      sql: """
        SELECT DISTINCT outcome.run FROM outcome WHERE NOT EXISTS (
          SELECT 1 FROM recording WHERE recording.run = outcome.run
          AND recording.buildSet = outcome.buildSet
          AND outcome.id BETWEEN firstOutcome AND lastOutcome)
        """)
    return found + stray.map { "run \($0) has outcomes that nobody sealed" }
  }

  fileprivate func sets() throws -> [String] {
    try Row.fetchAll(self, sql: "SELECT id, digest FROM buildSet").compactMap { row in
      let id = try Digest(stored: row.decode(forColumn: "digest"))
      do {
        try lock(ofSet: row.decode(forColumn: "id")).require(id: id)
        return nil
      } catch let cause as LedgerFailure.Cause { return "\(cause)" }
    }
  }

  fileprivate func contents() throws -> [String] {
    var found: [String] = []
    let rows = try Row.fetchCursor(self, sql: "SELECT digest, bytes FROM content")
    while let row = try rows.next() {
      let digest: String = try row.decode(forColumn: "digest")
      let bytes: Data = try row.decode(forColumn: "bytes")
      if Seal.digest(of: bytes).hex != digest {
        found.append("artefact \(digest.prefix(12)) is not what it was")
      }
    }
    return found
  }

  /// Whether every row is one that Lodge would write.
  fileprivate func words() throws -> [String] {
    for row in try Row.fetchAll(
      self, sql: "SELECT run.*, ended, exitCode FROM run LEFT JOIN ending ON ending.run = run.id")
    { _ = try Run(id: RunID(row.decode(forColumn: "id")), row: row, counts: [:]) }
    for row in try Row.fetchAll(
      self,
      sql:
        "SELECT digest FROM evidence UNION ALL SELECT baseline FROM comparison UNION ALL SELECT policyDigest FROM verdict"
    ) {
      _ = try Digest(stored: row.decode(String.self, atIndex: 0))
    }
    _ = try verdicts(limit: .max)
    return []
  }
}
