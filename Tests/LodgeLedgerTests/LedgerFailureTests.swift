import Foundation
import GRDB
import LodgeModel
import Testing

@testable import LodgeLedger

struct LedgerFailureTests {
  private let folder: Folder
  private var path: String { folder.path("ledger.sqlite") }

  init() throws { folder = try Folder() }

  @Test func aNewerSchemaIsRefusedAndLeftUntouched() throws {
    try make(version: 99)
    let before = try Data(contentsOf: URL(filePath: path))
    let failure = try #require(throws: LedgerFailure.self) { try Ledger(path: path) }
    #expect(failure.cause == .newerSchema(file: 99, known: 6))
    #expect(
      "\(failure)" == """
        cannot open the file in ledger \(path): its schema is 99, this Lodge knows up to 6; \
        use the Lodge that wrote it, or name another file with --ledger
        """)
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
  }

  @Test func anotherProgramsDatabaseIsRefusedAndLeftUntouched() throws {
    try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE bookmark (url)") }
    let before = try Data(contentsOf: URL(filePath: path))
    #expect(
      try cause { try Ledger(path: path) }
        == .notALedger("but another program's SQLite database"))
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test func aFileThatIsNoDatabaseIsRefusedAndLeftUntouched() throws {
    let text = Data(String(repeating: "this is a letter to my aunt. ", count: 200).utf8)
    try text.write(to: URL(filePath: path))
    #expect(try cause { try Ledger(path: path) } == .notALedger("and no SQLite database at all"))
    #expect(try Data(contentsOf: URL(filePath: path)) == text)
  }

  @Test func aTruncatedLedgerIsDamaged() throws {
    try make(version: 1)
    let whole = try Data(contentsOf: URL(filePath: path))
    try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
    guard case .damaged = try cause({ try Ledger(path: path) }) else {
      Issue.record("half a ledger was opened")
      return
    }
  }

  @Test func aWordThatNoLodgeWroteIsDamageAndNoTrap() throws {
    let ledger = try Ledger(path: path)
    let run = try ledger.begin(Sample.start)
    let set = try Sample.digest(1)
    try ledger.record(Sample.lock(packages: 0), id: set, name: "sid", run: run)
    try ledger.record(cells: [Sample.cell("a.b")], ofSet: set, run: run)
    try DatabaseQueue(path: path).write { db in
      try db.execute(
        sql: "INSERT INTO outcome VALUES (NULL, 1, 1, 1, NULL, 'splendid', 'because', 'soon', NULL)"
      )
    }
    #expect(try cause { try ledger.results(of: run) } == .damaged("outcome is \"splendid\""))
  }

  @Test func aMeasurementThatNoLodgeWroteIsDamageAndNoTrap() throws {
    let ledger = try Ledger(path: path)
    let run = try ledger.begin(Sample.start)
    let set = try Sample.digest(1)
    try ledger.record(Sample.lock(packages: 0), id: set, name: "sid", run: run)
    try ledger.record(cells: [Sample.cell("a.b")], ofSet: set, run: run)
    try DatabaseQueue(path: path).write { db in
      try db.execute(
        sql: "INSERT INTO measurement SELECT id, 0, 'guest', 'sev-99', 'md5', 'aa' FROM outcome")
    }
    #expect(try cause { try ledger.results(of: run) } == .damaged("type is \"sev-99\""))
    #expect(try cause { try ledger.latest(named: "sid") } == .damaged("type is \"sev-99\""))
  }

  @Test(arguments: 0..<60)
  func flippedBytesThrowOrReadButNeverTrap(seed: UInt64) throws {
    try make(version: 1)
    var bytes = try Data(contentsOf: URL(filePath: path))
    var random = Xorshift(seed: seed)
    for _ in 0..<40 {
      bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
    }
    try bytes.write(to: URL(filePath: path))
    do throws(LedgerFailure) {
      let ledger = try Ledger(path: path)
      for run in try ledger.runs(limit: 10) { _ = try ledger.results(of: run.id) }
      _ = try ledger.latest()
    } catch {
      #expect("\(error)".contains(path))
    }
  }

  @Test func aDirectoryIsNoLedger() throws {
    #expect(try cause { try Ledger(path: folder.url.path) } == .denied("it is a directory"))
  }

  @Test func aFileInTheWayOfTheDirectoryIsNamed() throws {
    try Data().write(to: folder.url.appending(path: "file"))
    let failure = try #require(throws: LedgerFailure.self) {
      try Ledger(path: folder.path("file/ledger.sqlite"))
    }
    #expect(failure.action == "make the directory for the file")
  }

  @Test func aSetFromAnotherPlaceIsTheSameSet() throws {
    let ledger = try Ledger(path: path)
    let run = try ledger.begin(Sample.start)
    let lock = try Sample.lock(packages: 2)
    let moved = Lock(
      packages: lock.packages, acceptExpired: lock.acceptExpired,
      sources: [Lock.Source(id: "sid", baseurl: "http://mirror.example")])
    let set = try Sample.digest(1)
    try ledger.record(lock, id: set, name: "sid", run: run)
    #expect(throws: Never.self) { try ledger.record(moved, id: set, name: "moved", run: run) }
  }

  @Test func whatARunDidNotRecordCannotBeAddedTo() throws {
    let ledger = try Ledger(path: path)
    let set = try Sample.digest(1)
    let other = RunID(7)
    #expect(try cause { try ledger.end(other, exitCode: 0) } == .unknownRun(other))
    #expect(try cause { try ledger.results(of: other) } == .unknownRun(other))
    let run = try ledger.begin(Sample.start)
    #expect(
      try cause { try ledger.record(cells: [], ofSet: set, run: run) } == .unknownSet(set))
    try ledger.record(Sample.lock(packages: 2), id: set, name: "sid", run: run)
    #expect(
      try cause { try ledger.record(Sample.lock(packages: 3), id: set, name: "sid", run: run) }
        == .otherPackages(set))
    try ledger.end(run, exitCode: 0)
    #expect(try cause { try ledger.end(run, exitCode: 0) } == .endedRun(run))
    #expect(
      try cause { try ledger.record(cells: [], ofSet: set, run: run) } == .endedRun(run))
  }

  @Test(arguments: [
    (ResultCode.SQLITE_FULL, "the disk is full; free some space"),
    (.SQLITE_BUSY, "another process kept it locked for 30 seconds"),
    (.SQLITE_CORRUPT, "it is damaged, SQLite says so"),
    (.SQLITE_READONLY, "SQLite says so; give this user access"),
    (.SQLITE_IOERR, "SQLite error 10: SQLite says so"),
  ])
  func resultCodesOfSQLiteBecomeSentences(code: ResultCode, sentence: String) {
    let cause = LedgerFailure.Cause(code: code.rawValue, message: "SQLite says so", path: path)
    #expect("\(cause)".hasPrefix(sentence))
  }

  private func cause<Value>(_ work: () throws -> Value) throws -> LedgerFailure.Cause {
    try #require(throws: LedgerFailure.self) { _ = try work() }.cause
  }

  /// A ledger with a few runs in one plain file, whose schema is then said to be another.
  private func make(version: Int) throws {
    let ledger = try Ledger(path: path)
    let run = try ledger.begin(Sample.start)
    let set = try Sample.digest(1)
    try ledger.record(Sample.lock(packages: 40), id: set, name: "sid", run: run)
    try ledger.record(cells: Sample.cells(100), ofSet: set, run: run)
    try DatabaseQueue(path: path).writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA user_version = \(version)")
    }
  }
}

/// A small repeatable source of numbers.
private struct Xorshift {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
