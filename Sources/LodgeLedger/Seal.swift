import Crypto
import Foundation
import GRDB
import LodgeModel

/// The digest of all that one call recorded of a set, which tells damage that SQLite cannot see.
///
/// It covers the run, the set, what it was compared with, and every row of the recording as the file
/// holds it. A byte that rots in a reason, a place or an outcome changes it.
struct Seal: Equatable {
  /// Which rows belong to a recording.
  struct Extent: FetchableRecord {
    let run: Int64
    let buildSet: Int64
    let outcomes: ClosedRange<Int64>?
    let support: ClosedRange<Int64>?
    let notes: ClosedRange<Int64>?

    init(run: Int64, buildSet: Int64, after: Ends, upTo ends: Ends) {
      func rows(_ before: Int64, _ last: Int64) -> ClosedRange<Int64>? {
        last > before ? before + 1...last : nil
      }
      (self.run, self.buildSet) = (run, buildSet)
      outcomes = rows(after.outcome, ends.outcome)
      support = rows(after.support, ends.support)
      notes = rows(after.note, ends.note)
    }

    init(row: Row) throws {
      func rows(_ first: String, _ last: String) throws -> ClosedRange<Int64>? {
        let (first, last) = (
          try row.decode(Int64.self, forColumn: first), try row.decode(Int64.self, forColumn: last)
        )
        return first <= last ? first...last : nil
      }
      run = try row.decode(forColumn: "run")
      buildSet = try row.decode(forColumn: "buildSet")
      outcomes = try rows("firstOutcome", "lastOutcome")
      support = try rows("firstSupport", "lastSupport")
      notes = try rows("firstNote", "lastNote")
    }
  }

  /// The largest numbers of rows at one moment.
  struct Ends {
    var outcome: Int64 = 0
    var support: Int64 = 0
    var note: Int64 = 0
  }

  let hex: String

  /// The digest of a content.
  static func digest(of bytes: Data) -> LodgeModel.Digest {
    guard let digest = LodgeModel.Digest(bytes: Array(SHA256.hash(data: bytes))) else {
      preconditionFailure("a digest of SHA-256 has 32 bytes")
    }
    return digest
  }
}

extension Database {
  /// The largest numbers that rows have now.
  func ends() throws -> Seal.Ends {
    func last(_ table: String) throws -> Int64 {
      try Int64.fetchOne(self, sql: "SELECT max(id) FROM \(table)") ?? 0
    }
    return Seal.Ends(
      outcome: try last("outcome"), support: try last("support"), note: try last("note"))
  }

  /// Seals the rows of a run and a set that came after some moment.
  func seal(run: RunID, buildSet: Int64, after: Seal.Ends = Seal.Ends()) throws {
    let extent = Seal.Extent(
      run: run.number, buildSet: buildSet, after: after, upTo: try ends())
    try insert(
      into: "recording",
      [
        "run": run.number, "buildSet": buildSet,
        "firstOutcome": extent.outcomes?.lowerBound ?? 1,
        "lastOutcome": extent.outcomes?.upperBound ?? 0,
        "firstSupport": extent.support?.lowerBound ?? 1,
        "lastSupport": extent.support?.upperBound ?? 0,
        "firstNote": extent.notes?.lowerBound ?? 1, "lastNote": extent.notes?.upperBound ?? 0,
        "seal": try computedSeal(of: extent).hex,
      ])
  }

  /// The seal that the rows of a recording have now.
  func computedSeal(of extent: Seal.Extent) throws -> Seal {
    var hash = SHA256()
    let whose: StatementArguments = [extent.run, extent.buildSet]
    try feed(
      &hash, "SELECT id, tool, started, matrix, arguments, lab FROM run WHERE id = ?",
      [extent.run])
    try feed(&hash, "SELECT digest FROM buildSet WHERE id = ?", [extent.buildSet])
    try feed(&hash, "SELECT baseline FROM comparison WHERE run = ? AND buildSet = ?", whose)
    if let rows = extent.outcomes {
      let own: StatementArguments = [
        extent.run, extent.buildSet, rows.lowerBound, rows.upperBound,
      ]
      let chosen = "outcome.run = ? AND outcome.buildSet = ? AND outcome.id BETWEEN ? AND ?"
      try feed(
        &hash,
        """
        SELECT outcome.id, kind, name, type, platform, stage, catalogue, outcome, reason, seconds,
          layer
        FROM outcome JOIN place ON place.id = outcome.place WHERE \(chosen) ORDER BY outcome.id
        """, own)
      for (table, columns, order) in [
        ("finding", "outcome.id, position, grade, summary, finding.place, remedy", "position"),
        ("measurement", "outcome.id, position, domain, type, algorithm, value", "position"),
        (
          "artefact JOIN content ON content.id = artefact.content",
          "outcome.id, artefact.kind, content.digest", "artefact.kind"
        ),
      ] {
        let name = table.prefix { $0 != " " }
        try feed(
          &hash,
          """
          SELECT \(columns) FROM \(table) JOIN outcome ON outcome.id = \(name).outcome
          WHERE \(chosen) ORDER BY outcome.id, \(order)
          """, own)
      }
      // Seals are older than sides: without any, a recording is sealed as it was then.
      let sides = "FROM side JOIN outcome ON outcome.id = side.outcome WHERE \(chosen)"
      if try tableExists("side"),
        try Row.fetchOne(self, sql: "SELECT 1 \(sides)", arguments: own) != nil
      {
        try feed(
          &hash,
          """
          SELECT outcome.id, position, rank, who, says \(sides)
          ORDER BY outcome.id, position, rank
          """, own)
      }
    }
    for (table, columns, rows) in [
      ("support", "id, type, member, answer, reason", extent.support),
      ("note", "id, text", extent.notes),
    ] {
      guard let rows else { continue }
      try feed(
        &hash,
        """
        SELECT \(columns) FROM \(table) WHERE run = ? AND buildSet = ? AND id BETWEEN ? AND ?
        ORDER BY id
        """, [extent.run, extent.buildSet, rows.lowerBound, rows.upperBound])
    }
    return Seal(hex: hexadecimal(Array(hash.finalize())))
  }

  /// Gives each value of some rows to a hash, with its kind and length, so that no two rows that
  /// differ are fed alike.
  private func feed(
    _ hash: inout SHA256, _ sql: String, _ arguments: StatementArguments
  ) throws {
    let rows = try Row.fetchCursor(self, sql: sql, arguments: arguments)
    var bytes: [UInt8] = []
    func number(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
    while let row = try rows.next() {
      bytes.removeAll(keepingCapacity: true)
      for value in row.databaseValues {
        switch value.storage {
        case .null: bytes.append(0)
        case .int64(let integer):
          bytes.append(1)
          number(UInt64(bitPattern: integer))
        case .double(let real):
          bytes.append(2)
          number(real.bitPattern)
        case .string(let text):
          bytes.append(3)
          number(UInt64(text.utf8.count))
          bytes += text.utf8
        case .blob(let data):
          bytes.append(4)
          number(UInt64(data.count))
          bytes += data
        }
      }
      bytes.append(5)
      hash.update(data: bytes)
    }
    hash.update(data: [6])
  }

  /// Refuses a recording whose rows are not what was sealed.
  func requireSealed(_ recording: Row) throws {
    let extent = try Seal.Extent(row: recording)
    let kept = try recording.decode(String.self, forColumn: "seal")
    guard try computedSeal(of: extent).hex == kept else {
      let id = try recording.decode(Int64.self, forColumn: "id")
      throw LedgerFailure.Cause.damaged(
        "what run \(extent.run) recorded is not what it was (recording \(id) breaks its seal)")
    }
  }
}

extension Lock {
  /// Refuses packages that are not those of a set's id; a root that nobody listed has none.
  func require(id: LodgeModel.Digest) throws {
    guard !packages.isEmpty else { return }
    guard Seal.digest(of: identity) == id else {
      throw LedgerFailure.Cause.damaged(
        "the packages of set \(id.short) are not those of its id")
    }
  }
}
