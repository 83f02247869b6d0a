import Foundation
import GRDB
import LodgeModel
import Testing

@testable import LodgeLedger

struct RecordsTests {
  private let folder: Folder
  private let ledger: Ledger
  /// A root that nobody listed, whose id is that of no lock.
  private let set: Digest

  init() throws {
    folder = try Folder()
    ledger = try Ledger(path: folder.path("ledger.sqlite"))
    set = try Sample.digest(1)
  }

  /// Records cells of the set as one run.
  @discardableResult
  private func run(
    _ cells: [Cell], lab: String = "local", at started: TimeInterval = 0, against: Digest? = nil,
    process: String? = nil, ends: Bool = true
  ) throws -> RunID {
    var start = Sample.start
    start.started += started
    (start.lab, start.process) = (lab, process)
    let run = try ledger.begin(start)
    try ledger.record(Lock(packages: []), id: set, name: "sid", run: run)
    if let against { try ledger.record(baseline: against, ofSet: set, run: run) }
    if !cells.isEmpty { try ledger.record(cells: cells, ofSet: set, run: run) }
    if ends { try ledger.end(run, exitCode: 0) }
    return run
  }

  @Test func eachLabKeepsWhatItSawLast() throws {
    try run([Sample.cell("a.b", outcome: .fail), Sample.cell("a.c")])
    try run([Sample.cell("a.b")])
    let metal = try run([Sample.cell("a.b", outcome: .error)], lab: "metal", at: 60)
    let record = try #require(try ledger.record(of: set))
    #expect(record.name == "sid" && record.packages.isEmpty)
    let seen = record.observations.map { "\($0.cell.id) \($0.cell.outcome) \($0.lab) \($0.run)" }
    #expect(seen == ["a.c pass local 1", "a.b pass local 2", "a.b error metal \(metal)"])
    #expect(record.observations.last?.seen == Sample.start.started + 60)
  }

  @Test func whatCameLaterIsLeftOut() throws {
    try run([Sample.cell("a.b", outcome: .fail)])
    try run([Sample.cell("a.b")], at: 60)
    let before = try ledger.record(of: set, before: Sample.start.started + 59)
    #expect(before?.observations.map(\.cell.outcome) == [.fail])
  }

  @Test func aSetThatNobodyRecordedHasNoRecord() throws {
    #expect(try ledger.record(of: Sample.digest(2)) == nil)
  }

  @Test func namesStandInTheOrderOfTheirFirstRun() throws {
    #expect(try ledger.names() == [])
    let run = try ledger.begin(Sample.start)
    for (name, number) in [("trixie", UInt8(2)), ("sid", 3), ("trixie", 4)] {
      try ledger.record(
        Lock(packages: []), id: try Sample.digest(number), name: name, run: run)
    }
    #expect(try ledger.names() == ["trixie", "sid"])
  }

  @Test func theBaselineOfARunIsKept() throws {
    let baseline = try Sample.digest(9)
    try run([Sample.cell("a.b")], against: baseline)
    #expect(try ledger.record(of: set)?.observations.map(\.baseline) == [baseline])
  }

  @Test func onlyARunThatHasNotEndedAndIsAliveIsUnderWay() throws {
    try run([], process: "ended")
    let open = try run([], at: 5, process: "alive", ends: false)
    try run([], process: "killed", ends: false)
    try run([], ends: false)
    let record = try ledger.record(of: set) { ["alive", "ended"].contains($0) }
    #expect(
      record?.underWay == [.init(run: open.number, lab: "local", began: Sample.start.started + 5)])
  }

  @Test func theNewestStartIsByTheClockAndNotByTheNumber() throws {
    #expect(try ledger.newestStart() == nil)
    let early = try run([], at: 90)
    try run([], at: 30)
    #expect(try ledger.newestStart()?.run == early)
  }

  @Test func historyIsInTheOrderOfTheFirstRecording() throws {
    try run([Sample.cell("a.b")])
    let other = try Sample.digest(2)
    let second = try ledger.begin(Sample.start)
    try ledger.record(Lock(packages: []), id: other, name: "sid", run: second)
    try run([Sample.cell("a.b")])
    #expect(try ledger.history(of: "sid") == [set, other])
    #expect(try ledger.history(of: "trixie") == [])
  }

  @Test func theLastSetsAreCountedAsTheyWereLastRecorded() throws {
    try run([Sample.cell("a.b", outcome: .fail), Sample.cell("a.c"), Sample.cell("s", type: nil)])
    let other = try ledger.begin(Sample.start)
    try ledger.record(Lock(packages: []), id: Sample.digest(2), name: "trixie", run: other)
    try run([Sample.cell("a.b")], at: 60)
    let tallies = try ledger.tallies(last: 5)
    #expect(tallies.map(\.name) == ["sid", "trixie"])
    #expect(tallies.first?.counts == [.tdx: [.pass: 2], nil: [.pass: 1]])
    #expect(tallies.first?.seen == Sample.start.started + 60 && tallies.last?.counts == [:])
    #expect(try ledger.tallies(last: 1).map(\.id) == [set])
    #expect(try ledger.latest(sets: 1).sets.map(\.id) == [set])
    #expect(try ledger.identity(of: set)?.name == "sid")
    #expect(try ledger.identity(of: Sample.digest(9)) == nil)
  }

  @Test func packagesThatAreNotThoseOfTheIdAreDamage() throws {
    let run = try ledger.begin(Sample.start)
    let wrong = try Sample.digest(3)
    try ledger.record(Sample.lock(packages: 2), id: wrong, name: "sid", run: run)
    let failure = try #require(throws: LedgerFailure.self) { try ledger.record(of: wrong) }
    #expect(failure.cause == .damaged("the packages of set \(wrong.short) are not those of its id"))
  }

  @Test(arguments: [
    "UPDATE outcome SET outcome = 'pass' WHERE outcome = 'fail'",
    "UPDATE outcome SET place = (SELECT max(id) FROM place)",
    "UPDATE outcome SET reason = reason || ' '", "UPDATE outcome SET seconds = seconds + 1",
    "UPDATE place SET name = 'a.d' WHERE name = 'a.b'", "UPDATE run SET lab = 'metal'",
    "UPDATE run SET started = '2099-01-01 00:00:00.000'", "DELETE FROM finding",
    "UPDATE finding SET summary = 'nothing'", "DELETE FROM comparison",
    "UPDATE recording SET lastOutcome = lastOutcome - 1",
    "DELETE FROM recording WHERE id = (SELECT max(id) FROM recording)",
    "UPDATE outcome SET buildSet = (SELECT min(id) FROM buildSet)",
  ])
  func whatWasAlteredBehindTheLedgersBackIsNeverRead(_ change: String) throws {
    let run = try ledger.begin(Sample.start)
    try ledger.record(Lock(packages: []), id: Sample.digest(7), name: "other", run: run)
    try self.run([Sample.cell("a.c")])
    try self.run(
      [Sample.cell("a.b", outcome: .fail, findings: [Sample.finding(.fail)]), Sample.cell("a.c")],
      against: Sample.digest(9))
    #expect(try ledger.record(of: set) != nil)
    let stranger = try DatabaseQueue(path: ledger.path)
    try stranger.writeWithoutTransaction { db in
      for trigger in try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'")
      { try db.execute(sql: "DROP TRIGGER \(trigger)") }
      try db.execute(sql: change)
      #expect(db.changesCount > 0)
    }
    let failure = try #require(throws: LedgerFailure.self) { try ledger.record(of: set) }
    guard case .damaged = failure.cause else {
      Issue.record("\(failure)")
      return
    }
    let told = try Ledger.damage(at: ledger.path)
    #expect(!told.isEmpty)
  }
}
