import Foundation
import GRDB
import LodgeLedger
import LodgeModel
import Testing

struct AppendOnlyTests {
  private let folder: Folder
  /// A connection that knows nothing of Lodge, as a curious person would open.
  private let stranger: DatabaseQueue

  init() throws {
    folder = try Folder()
    let ledger = try Ledger(path: folder.path("ledger.sqlite"))
    let run = try ledger.begin(Sample.start)
    let set = try Sample.digest(1)
    try ledger.record(Sample.lock(packages: 2), id: set, name: "sid", run: run)
    try ledger.record(evidence: set, ofSet: set, collectors: "1", run: run)
    try ledger.record(baseline: set, ofSet: set, run: run)
    try ledger.keep([set: Data("1 kvm KVM_GET_API_VERSION = 12".utf8)])
    var launch = Sample.cell("sev/launch")
    launch.artefacts = [Artefact(kind: .transcript, digest: set)]
    launch.measurements = [Sample.measured(.sev, "aa")]
    launch.findings = [Sample.finding(.warn)]
    launch.findings[0].sides = [Finding.Side(.qemu, "6")]
    try ledger.record(
      cells: Sample.cells(3) + [launch],
      support: [Support(type: .sev, member: .qemu, answer: .offered, reason: "sev-guest")],
      notes: ["a note"], ofSet: set, run: run)
    try ledger.end(run, exitCode: 1)
    try ledger.record(
      verdict: Data("{}".utf8), digest: Sample.digest(2), isYes: false, policy: "release",
      policyDigest: set, ofSet: set, runs: [run.number], at: Sample.start.started)
    try ledger.keep(envelope: Data("{}".utf8), digest: set, of: run)
    stranger = try DatabaseQueue(path: ledger.path)
  }

  @Test func theFileRefusesToChangeRemoveOrReplaceAnyRow() throws {
    try stranger.writeWithoutTransaction { db in
      let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type='table'")
      #expect(tables.count == 21)
      for table in tables {
        let columns = try db.columns(in: table).map(\.name)
        let first = try #require(columns.first)
        #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0 > 0, "\(table)")
        for attempt in [
          "UPDATE \(table) SET \(first) = \(first)", "DELETE FROM \(table)",
          "INSERT OR REPLACE INTO \(table) SELECT * FROM \(table)",
        ] {
          let error = try #require(throws: DatabaseError.self) { try db.execute(sql: attempt) }
          #expect(error.message == "the ledger is append-only: \(table)")
        }
      }
    }
  }

  @Test func aRowMustBelongToARun() {
    #expect(throws: DatabaseError.self) {
      try stranger.write { db in
        try db.execute(sql: "INSERT INTO ending VALUES (99, '2026-01-01', 0)")
      }
    }
  }
}
