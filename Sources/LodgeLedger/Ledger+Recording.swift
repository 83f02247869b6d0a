package import Foundation
import GRDB
package import LodgeModel

extension Ledger {
  /// Records that a run begins.
  package func begin(_ start: Run.Start) throws(LedgerFailure) -> RunID {
    try write("begin a run") { db in try db.begin(start) }
  }

  /// Records a set under the name that a run gives it; its packages are stored once per id.
  ///
  /// A root without a lock is recorded with a lock of no packages.
  package func record(
    _ lock: Lock, id: Digest, name: String, run: RunID
  ) throws(LedgerFailure) {
    try write("record set \(name)") { db in
      try db.requireOpen(run)
      try db.name(lock, id: id, as: name, in: run)
    }
  }

  /// Records the set that a run compares another one with; the first one that it names counts.
  package func record(
    baseline: Digest, ofSet set: Digest, run: RunID
  ) throws(LedgerFailure) {
    try write("record the baseline of set \(set.short)") { db in
      let buildSet = try db.requireSet(set, in: run)
      let known = try Row.fetchOne(
        db, sql: "SELECT 1 FROM comparison WHERE run = ? AND buildSet = ?",
        arguments: [run.number, buildSet])
      guard known == nil else { return }
      try db.insert(
        into: "comparison",
        ["run": run.number, "buildSet": buildSet, "baseline": baseline.hex])
    }
  }

  /// Records which evidence a version of the collectors read from a set.
  package func record(
    evidence: Digest, ofSet set: Digest, collectors: String, run: RunID
  ) throws(LedgerFailure) {
    try write("record evidence of set \(set.short)") { db in
      let buildSet = try db.requireSet(set, in: run)
      try db.insert(
        into: "evidence",
        [
          "run": run.number, "buildSet": buildSet, "digest": evidence.hex,
          "collectors": collectors,
        ])
    }
  }

  /// Records what was seen of a set, all of it or nothing.
  ///
  /// May be called more than once for a set, as after each stage; of a place that is recorded
  /// twice, the later counts. What is recorded is sealed, so that damage is found; what the set is
  /// compared with is to be recorded before.
  package func record(
    cells: [Cell], support: [Support] = [], notes: [String] = [], ofSet set: Digest, run: RunID
  ) throws(LedgerFailure) {
    try write("record \(cells.count) cells of set \(set.short)") { db in
      let buildSet = try db.requireSet(set, in: run)
      try db.record(cells, support, notes, buildSet: buildSet, run: run)
    }
  }

  /// Keeps what scenarios left, each content once; to be called before the cells that name it.
  package func keep(_ contents: [Digest: Data]) throws(LedgerFailure) {
    try write("keep \(contents.count) artefacts") { db in
      for (digest, bytes) in contents.sorted(by: { $0.key < $1.key }) {
        _ = try db.keep(bytes, as: digest)
      }
    }
  }

  /// Records that a run has ended; after that, nothing is added to it.
  package func end(
    _ run: RunID, exitCode: Int32, at ended: Date = Date()
  ) throws(LedgerFailure) {
    try write("end run \(run)") { db in
      try db.requireOpen(run)
      try db.insert(
        into: "ending", ["run": run.number, "ended": ended, "exitCode": exitCode])
    }
    settle()
  }
}

extension Database {
  /// Adds a run that begins.
  func begin(_ start: Run.Start) throws -> RunID {
    let arguments = try CanonicalJSON.encode(start.arguments, pretty: false).dropLast()
    return RunID(
      try insert(
        into: "run",
        [
          "tool": start.tool, "started": start.started, "matrix": start.matrix,
          "arguments": String(decoding: arguments, as: UTF8.self), "lab": start.lab,
          "process": start.process,
        ]))
  }

  /// Gives a set a name in a run, once; gives its number.
  @discardableResult
  func name(_ lock: Lock, id: Digest, as name: String, in run: RunID) throws -> Int64 {
    let buildSet = try identify(lock, id: id)
    let isNamed = try Row.fetchOne(
      self, sql: "SELECT 1 FROM naming WHERE run = ? AND buildSet = ? AND name = ?",
      arguments: [run.number, buildSet, name])
    if isNamed == nil {
      try insert(into: "naming", ["run": run.number, "buildSet": buildSet, "name": name])
    }
    return buildSet
  }

  /// Adds what a run saw of a set, and its seal.
  func record(
    _ cells: [Cell], _ support: [Support], _ notes: [String], buildSet: Int64, run: RunID
  ) throws {
    let before = try ends()
    for cell in cells { try insert(cell, buildSet: buildSet, run: run) }
    for answer in support { try insert(answer, buildSet: buildSet, run: run) }
    for note in notes {
      try insert(into: "note", ["run": run.number, "buildSet": buildSet, "text": note])
    }
    try seal(run: run, buildSet: buildSet, after: before)
  }

  /// Adds one row, giving its number where the table counts rows.
  @discardableResult
  func insert(
    into table: String, _ row: KeyValuePairs<String, (any DatabaseValueConvertible)?>
  ) throws -> Int64 {
    let columns = row.map(\.key).joined(separator: ", ")
    let places = Array(repeating: "?", count: row.count).joined(separator: ", ")
    try cachedStatement(sql: "INSERT INTO \(table) (\(columns)) VALUES (\(places))")
      .execute(arguments: StatementArguments(row.map(\.value)))
    return lastInsertedRowID
  }

  /// Insists on a run that was begun and has not ended.
  fileprivate func requireOpen(_ run: RunID) throws {
    let row = try Row.fetchOne(
      cachedStatement(
        sql: "SELECT ending.run FROM run LEFT JOIN ending ON ending.run = run.id WHERE run.id = ?"),
      arguments: [run.number])
    guard let row else { throw LedgerFailure.Cause.unknownRun(run) }
    guard row.hasNull(atIndex: 0) else { throw LedgerFailure.Cause.endedRun(run) }
  }

  /// The number of a set that an open run has recorded.
  fileprivate func requireSet(_ id: Digest, in run: RunID) throws -> Int64 {
    try requireOpen(run)
    let number = try Int64.fetchOne(
      self,
      sql: """
        SELECT buildSet.id FROM buildSet JOIN naming ON naming.buildSet = buildSet.id
        WHERE digest = ? AND naming.run = ?
        """, arguments: [id.hex, run.number])
    guard let number else { throw LedgerFailure.Cause.unknownSet(id) }
    return number
  }

  /// The number of a set, stored now if this id was never seen.
  fileprivate func identify(_ lock: Lock, id: Digest) throws -> Int64 {
    if let number = try number(ofSet: id) {
      guard try self.lock(ofSet: number).identity == lock.identity else {
        throw LedgerFailure.Cause.otherPackages(id)
      }
      return number
    }
    let number = try insert(into: "buildSet", ["digest": id.hex])
    for (position, package) in lock.packages.enumerated() {
      try insert(package, buildSet: number, position: position)
    }
    for accepted in lock.acceptExpired {
      try insert(
        into: "acceptedExpiry",
        ["buildSet": number, "suite": accepted.suite, "validUntil": accepted.validUntil])
    }
    return number
  }

  private func insert(_ package: Package, buildSet: Int64, position: Int) throws {
    try insert(
      into: "package",
      [
        "buildSet": buildSet, "position": position, "name": package.name,
        "version": package.version, "architecture": package.architecture,
        "sha256": package.sha256?.hex, "size": package.size, "origin": package.origin,
        "suite": package.suite, "signature": package.signature.rawValue, "path": package.path,
        "key": package.key, "build": package.build,
      ])
  }

  fileprivate func insert(_ cell: Cell, buildSet: Int64, run: RunID) throws {
    let outcome = try insert(
      into: "outcome",
      [
        "run": run.number, "buildSet": buildSet, "place": try place(of: cell),
        "catalogue": cell.catalogue, "outcome": cell.outcome.rawValue, "reason": cell.reason,
        "seconds": cell.seconds, "layer": cell.layer?.rawValue,
      ])
    for artefact in cell.artefacts {
      let content = try Int64.fetchOne(
        cachedStatement(sql: "SELECT id FROM content WHERE digest = ?"),
        arguments: [artefact.digest.hex])
      guard let content else { throw LedgerFailure.Cause.unknownContent(artefact.digest) }
      try insert(
        into: "artefact",
        ["outcome": outcome, "kind": artefact.kind.rawValue, "content": content])
    }
    for (position, measured) in cell.measurements.enumerated() {
      try insert(
        into: "measurement",
        [
          "outcome": outcome, "position": position, "domain": measured.domain,
          "type": measured.type.rawValue, "algorithm": measured.algorithm,
          "value": measured.measurement,
        ])
    }
    for (position, finding) in cell.findings.enumerated() {
      try insert(
        into: "finding",
        [
          "outcome": outcome, "position": position, "grade": finding.grade.rawValue,
          "summary": finding.summary, "place": finding.where, "remedy": finding.remedy,
        ])
      for (rank, side) in finding.sides.enumerated() {
        try insert(
          into: "side",
          [
            "outcome": outcome, "position": position, "rank": rank, "who": side.who,
            "says": side.says,
          ])
      }
    }
  }

  /// The number of the place that a cell fills on any set, stored now if it was never seen.
  private func place(of cell: Cell) throws -> Int64 {
    let found = try Int64.fetchOne(
      cachedStatement(
        sql: """
          SELECT id FROM place WHERE kind = ? AND name = ? AND stage = ?
          AND ifnull(type, '') = ? AND ifnull(platform, '') = ?
          """),
      arguments: [
        cell.kind.rawValue, cell.id, cell.stage.rawValue, cell.type?.rawValue ?? "",
        cell.platform ?? "",
      ])
    if let found { return found }
    return try insert(
      into: "place",
      [
        "kind": cell.kind.rawValue, "name": cell.id, "stage": cell.stage.rawValue,
        "type": cell.type?.rawValue, "platform": cell.platform,
      ])
  }

  fileprivate func insert(_ support: Support, buildSet: Int64, run: RunID) throws {
    try insert(
      into: "support",
      [
        "run": run.number, "buildSet": buildSet, "type": support.type.rawValue,
        "member": support.member.rawValue, "answer": support.answer.rawValue,
        "reason": support.reason,
      ])
  }
}
