import GRDB

/// The tables of a ledger, as numbered steps from an empty file to the newest schema.
///
/// A file's `user_version` is the number of steps it has taken. A step that was shipped is never
/// edited; a change is a new step at the end.
enum Schema {
  /// What marks a SQLite file as a ledger: `Lodg`, in the header's `application_id`.
  static let mark: Int32 = 0x4C6F_6467

  /// The largest file that is read whole whenever it is opened, in bytes.
  static let largestWhole = 64 << 20

  /// The steps; the first makes schema 1.
  static let steps: [@Sendable (Database) throws -> Void] = [
    { db in
      try db.execute(sql: tables)
      for table in [
        "run", "ending", "buildSet", "package", "acceptedExpiry", "naming", "evidence",
        "place", "outcome", "finding", "support", "note",
      ] { try db.makeAppendOnly(table) }
    },
    { db in
      try db.execute(sql: scenarioTables)
      for table in ["content", "artefact"] { try db.makeAppendOnly(table) }
    },
    { db in
      try db.execute(sql: measurementTable)
      try db.makeAppendOnly("measurement")
    },
    { db in try db.execute(sql: signerColumns) },
    { db in
      try db.execute(sql: releaseTables)
      for row in try Row.fetchAll(
        db, sql: "SELECT DISTINCT run, buildSet FROM outcome ORDER BY run, buildSet")
      { try db.seal(run: RunID(row[0]), buildSet: row[1]) }
      for table in ["comparison", "recording", "origin", "verdict", "basis"] {
        try db.makeAppendOnly(table)
      }
    },
    { db in
      try db.execute(sql: sideTable)
      try db.makeAppendOnly("side")
    },
  ]

  /// Refuses a file that is no ledger, is a newer Lodge's, or is damaged; reads only.
  ///
  /// Looking for damage reads the whole file, about 40 ms for 150 000 outcomes, so that nothing is
  /// ever added to a file that cannot be read again. Of larger files only what is used is looked at,
  /// as its seals tell; `lodge ledger check` reads all.
  static func check(_ db: Database) throws {
    // One transaction, or another process could make the tables between two of the questions.
    try db.inTransaction(.deferred) {
      try refuseForeign(db)
      guard try isSmall(db) else { return .commit }
      let health = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? ""
      guard health == "ok" else { throw LedgerFailure.Cause.damaged(health) }
      return .commit
    }
  }

  /// Whether a file is read whole whenever it is opened.
  static func isSmall(_ db: Database) throws -> Bool {
    let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
    let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
    return pages * size <= largestWhole
  }

  /// Takes the steps that a file has not taken yet, all or none.
  ///
  /// Two processes may try at once: the second finds the work done when it gets the lock.
  static func migrate(_ db: Database, before: () -> Void = {}) throws {
    guard try version(of: db) != steps.count else { return }
    try db.inTransaction(.immediate) {
      before()
      try refuseForeign(db)
      for step in steps.dropFirst(try version(of: db)) { try step(db) }
      try db.execute(sql: "PRAGMA application_id = \(mark); PRAGMA user_version = \(steps.count)")
      return .commit
    }
  }

  private static func refuseForeign(_ db: Database) throws {
    let mark = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try version(of: db)
    let isEmpty = try Row.fetchOne(db, sql: "SELECT 1 FROM sqlite_master") == nil
    if mark == 0 && version == 0 && isEmpty { return }
    guard mark == Self.mark else {
      throw LedgerFailure.Cause.notALedger("but another program's SQLite database")
    }
    guard version <= steps.count else {
      throw LedgerFailure.Cause.newerSchema(file: version, known: steps.count)
    }
  }

  static func version(of db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
  }

  /// What scenarios added: who refused, and what they left, each content once.
  private static let scenarioTables = """
    ALTER TABLE outcome ADD COLUMN layer TEXT;
    CREATE TABLE content (
      id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL);
    CREATE TABLE artefact (
      outcome INTEGER NOT NULL REFERENCES outcome, kind TEXT NOT NULL,
      content INTEGER NOT NULL REFERENCES content, PRIMARY KEY (outcome, kind)) WITHOUT ROWID;
    """

  /// What launches added: the measurement of each domain of a scenario.
  private static let measurementTable = """
    CREATE TABLE measurement (
      outcome INTEGER NOT NULL REFERENCES outcome, position INTEGER NOT NULL,
      domain TEXT NOT NULL, type TEXT NOT NULL, algorithm TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (outcome, position)) WITHOUT ROWID;
    CREATE INDEX measurementByValue ON measurement (value);
    """

  /// What RPM packages added: the key that signed one, and the Koji build that it is of.
  private static let signerColumns = """
    ALTER TABLE package ADD COLUMN key TEXT;
    ALTER TABLE package ADD COLUMN build INTEGER;
    """

  /// What releases added: whose run it was and of which process, what a set was compared with, the
  /// seal of each recording, what each exchanged run was signed as, and the verdicts with the runs
  /// that they rest on.
  ///
  /// A recording is what one call recorded of a set: rows of the run and the set between two numbers.
  private static let releaseTables = """
    ALTER TABLE run ADD COLUMN lab TEXT NOT NULL DEFAULT 'local';
    ALTER TABLE run ADD COLUMN process TEXT;
    CREATE TABLE comparison (
      run INTEGER NOT NULL REFERENCES run, buildSet INTEGER NOT NULL REFERENCES buildSet,
      baseline TEXT NOT NULL, PRIMARY KEY (run, buildSet)) WITHOUT ROWID;
    CREATE TABLE recording (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run,
      buildSet INTEGER NOT NULL REFERENCES buildSet,
      firstOutcome INTEGER NOT NULL, lastOutcome INTEGER NOT NULL,
      firstSupport INTEGER NOT NULL, lastSupport INTEGER NOT NULL,
      firstNote INTEGER NOT NULL, lastNote INTEGER NOT NULL, seal TEXT NOT NULL);
    CREATE INDEX recordingBySet ON recording (buildSet, run);
    CREATE TABLE verdict (
      id INTEGER PRIMARY KEY, buildSet INTEGER NOT NULL REFERENCES buildSet,
      policy TEXT NOT NULL, policyDigest TEXT NOT NULL, given TEXT NOT NULL,
      answer TEXT NOT NULL, content INTEGER NOT NULL REFERENCES content);
    CREATE TABLE origin (
      run INTEGER PRIMARY KEY REFERENCES run, digest TEXT NOT NULL UNIQUE,
      envelope BLOB NOT NULL);
    CREATE TABLE basis (
      verdict INTEGER NOT NULL REFERENCES verdict, run INTEGER NOT NULL REFERENCES run,
      PRIMARY KEY (verdict, run)) WITHOUT ROWID;
    """

  /// What pages added: what each side of a broken promise says.
  private static let sideTable = """
    CREATE TABLE side (
      outcome INTEGER NOT NULL REFERENCES outcome, position INTEGER NOT NULL,
      rank INTEGER NOT NULL, who TEXT NOT NULL, says TEXT NOT NULL,
      PRIMARY KEY (outcome, position, rank)) WITHOUT ROWID;
    """

  private static let tables = """
    CREATE TABLE run (
      id INTEGER PRIMARY KEY, tool TEXT NOT NULL, started TEXT NOT NULL, matrix TEXT,
      arguments TEXT NOT NULL);
    CREATE TABLE ending (
      run INTEGER PRIMARY KEY REFERENCES run, ended TEXT NOT NULL, exitCode INTEGER NOT NULL);
    CREATE TABLE buildSet (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE);
    CREATE TABLE package (
      buildSet INTEGER NOT NULL REFERENCES buildSet, position INTEGER NOT NULL,
      name TEXT NOT NULL, version TEXT NOT NULL, architecture TEXT NOT NULL, sha256 TEXT,
      size INTEGER NOT NULL, origin TEXT NOT NULL, suite TEXT NOT NULL, signature TEXT NOT NULL,
      path TEXT NOT NULL, PRIMARY KEY (buildSet, position)) WITHOUT ROWID;
    CREATE TABLE acceptedExpiry (
      buildSet INTEGER NOT NULL REFERENCES buildSet, suite TEXT NOT NULL,
      validUntil TEXT NOT NULL, PRIMARY KEY (buildSet, suite)) WITHOUT ROWID;
    CREATE TABLE naming (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run,
      buildSet INTEGER NOT NULL REFERENCES buildSet, name TEXT NOT NULL,
      UNIQUE (run, buildSet, name));
    CREATE INDEX namingByName ON naming (name);
    CREATE TABLE evidence (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run,
      buildSet INTEGER NOT NULL REFERENCES buildSet, digest TEXT NOT NULL,
      collectors TEXT NOT NULL);
    CREATE INDEX evidenceBySet ON evidence (buildSet, collectors);
    CREATE TABLE place (
      id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, type TEXT, platform TEXT,
      stage TEXT NOT NULL);
    CREATE UNIQUE INDEX placeOnce ON place (
      kind, name, stage, ifnull(type, ''), ifnull(platform, ''));
    CREATE TABLE outcome (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run,
      buildSet INTEGER NOT NULL REFERENCES buildSet, place INTEGER NOT NULL REFERENCES place,
      catalogue TEXT, outcome TEXT NOT NULL, reason TEXT NOT NULL, seconds REAL NOT NULL);
    CREATE INDEX outcomeBySet ON outcome (buildSet, place);
    CREATE INDEX outcomeByRun ON outcome (run, buildSet, place);
    CREATE TABLE finding (
      outcome INTEGER NOT NULL REFERENCES outcome, position INTEGER NOT NULL,
      grade TEXT NOT NULL, summary TEXT NOT NULL, place TEXT NOT NULL, remedy TEXT NOT NULL,
      PRIMARY KEY (outcome, position)) WITHOUT ROWID;
    CREATE TABLE support (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run,
      buildSet INTEGER NOT NULL REFERENCES buildSet, type TEXT NOT NULL, member TEXT NOT NULL,
      answer TEXT NOT NULL, reason TEXT NOT NULL);
    CREATE INDEX supportBySet ON support (buildSet, type, member);
    CREATE TABLE note (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run,
      buildSet INTEGER NOT NULL REFERENCES buildSet, text TEXT NOT NULL);
    CREATE INDEX noteBySet ON note (buildSet, run);
    """
}

extension Database {
  /// Makes SQLite itself refuse to change or remove a row of a table, whoever asks.
  ///
  /// `INSERT OR REPLACE` removes rows without asking the triggers for DELETE, so a third trigger
  /// refuses to insert a row whose key is taken. Step 1 of the schema stands on this text.
  fileprivate func makeAppendOnly(_ table: String) throws {
    let key = try primaryKey(table).columns.map { "\($0) = NEW.\($0)" }.joined(separator: " AND ")
    let refusal = "SELECT RAISE(ABORT, 'the ledger is append-only: \(table)');"
    for (verb, condition) in [
      ("UPDATE", ""), ("DELETE", ""),
      ("INSERT", "WHEN EXISTS (SELECT 1 FROM \(table) WHERE \(key))"),
    ] {
      try execute(
        sql: """
          CREATE TRIGGER \(table)Refuses\(verb) BEFORE \(verb) ON \(table) \(condition)
          BEGIN \(refusal) END
          """)
    }
  }
}
