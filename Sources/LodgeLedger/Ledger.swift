import Foundation
import GRDB

/// The append-only record of what was seen, in one SQLite file; owns the connection to it.
///
/// Each recording is one transaction that is on the disk when the call returns, so that neither
/// SIGKILL nor a power cut takes back what was recorded. Processes share a file freely: one writes
/// while others read, and a writer waits for another. Nothing is ever changed or removed; the file
/// itself refuses.
package final class Ledger: Sendable {
  /// How long a writer waits for another process, in seconds.
  static let patience: TimeInterval = 30

  /// The path that was given.
  package let path: String
  // The connection is closed before what is read beside it, or its locks would go first.
  let queue: DatabaseQueue
  private let rest: RestDigest

  /// Opens the ledger at a path, creating the file and its directory where they are missing.
  ///
  /// A file that cannot be used is left as it is.
  ///
  /// - Throws: ``LedgerFailure`` for a file that is no ledger, is damaged, has a newer schema, or
  ///   may not be opened by this user.
  package init(path: String) throws(LedgerFailure) {
    self.path = path
    rest = RestDigest(ofLedger: path)
    do {
      try FileManager.default.createDirectory(
        at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw LedgerFailure(
        action: "make the directory for the file", path: path,
        cause: .denied(error.localizedDescription))
    }
    do {
      queue = try DatabaseQueue(path: path, configuration: Self.configuration)
      try queue.writeWithoutTransaction { db in
        try Schema.check(db)
        try Self.makeDurable(db)
        try Self.requireRest(db, rest)
        try Schema.migrate(db, before: rest.remove)
      }
    } catch {
      throw LedgerFailure(
        action: "open the file", path: path, cause: LedgerFailure.Cause(error, path: path))
    }
  }

  /// Does work that must be recorded as a whole or not at all.
  func write<Value>(
    _ action: String, _ work: (Database) throws -> Value
  ) throws(LedgerFailure) -> Value {
    do {
      return try queue.write { db in
        rest.remove()
        return try work(db)
      }
    } catch {
      throw LedgerFailure(action: action, path: path, cause: .init(error, path: path))
    }
  }

  /// Keeps the digests of the file as it is now, unless somebody else uses it.
  ///
  /// What fails here fails nobody: without digests only SQLite and the seals tell damage.
  func settle() {
    try? queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      try db.inTransaction(.immediate) {
        rest.keep()
        return .commit
      }
    }
  }

  /// Refuses a file that is not what it was when it was last left, where that is known.
  ///
  /// A file that somebody is writing is not looked at, nor is a large one, which would take too long.
  private static func requireRest(_ db: Database, _ rest: RestDigest) throws {
    guard try Schema.isSmall(db), FileManager.default.fileExists(atPath: rest.path) else { return }
    try db.execute(sql: "PRAGMA busy_timeout = 0")
    defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Int(patience * 1000))") }
    do {
      try db.inTransaction(.immediate) {
        if let change = rest.firstChange() { throw LedgerFailure.Cause.damaged(change) }
        return .commit
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {}
  }

  /// Reads from one consistent state of the file.
  func read<Value>(
    _ action: String, _ work: (Database) throws -> Value
  ) throws(LedgerFailure) -> Value {
    do {
      return try queue.read(work)
    } catch {
      throw LedgerFailure(action: action, path: path, cause: .init(error, path: path))
    }
  }

  static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "lodge.ledger"
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(patience)
    return configuration
  }

  /// Lets readers and a writer work at once, and syncs each commit to the disk.
  ///
  /// With the write-ahead log, `NORMAL` would survive SIGKILL but could lose the last commits to a
  /// power cut; `FULL` costs one sync per set and loses nothing.
  /// Source: sqlite.org, "PRAGMA synchronous".
  private static func makeDurable(_ db: Database) throws {
    let mode = try patiently { try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") }
    guard mode == "wal" else {
      throw LedgerFailure.Cause.other(
        "its file system cannot share memory between processes, which the write-ahead log needs; "
          + "name a file on a local disk with --ledger")
    }
    try db.execute(sql: "PRAGMA synchronous = FULL")
  }

  /// Does again what another connection's lock refused, for as long as a writer waits.
  ///
  /// A new file takes its first lock for reading and then for writing to become a write-ahead log,
  /// and SQLite never waits in such a step: two that wait for each other would wait for ever.
  /// Source: SQLite 3.40 src/btree.c, sqlite3BtreeBeginTrans, which calls the busy handler only
  /// where no transaction is open.
  private static func patiently<Value>(_ work: () throws -> Value) throws -> Value {
    let end = ContinuousClock.now + .seconds(patience)
    while true {
      do {
        return try work()
      } catch let error as DatabaseError
        where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < end
      {
        usleep(2000)
      }
    }
  }
}
