import Foundation
import LodgeLedger
import LodgeModel
import Testing

struct LedgerTests {
  private let folder: Folder
  private let ledger: Ledger

  init() throws {
    folder = try Folder()
    ledger = try Ledger(path: folder.path("new/folders/ledger.sqlite"))
  }

  @Test func runsAreListedNewestFirst() throws {
    let first = try ledger.begin(Sample.start)
    let second = try ledger.begin(.init(tool: "0.2", started: .now, matrix: nil, arguments: []))
    #expect(try ledger.runs(limit: 10).map(\.id) == [second, first])
    #expect(try ledger.runs(limit: 1).map(\.id) == [second])
    #expect(try ledger.runs(limit: -1).isEmpty)
  }

  @Test func anEndedRunIsReadAsItWasRecorded() throws {
    let run = try ledger.begin(Sample.start)
    let ended = Date(timeIntervalSince1970: 1_795_485_700.5)
    try ledger.end(run, exitCode: 3, at: ended)
    let expected = Run(
      id: run, start: Sample.start, state: .ended(at: ended, exitCode: 3), counts: [:])
    #expect(try ledger.runs(limit: 1) == [expected])
  }

  @Test func aRunThatNeverEndedIsInterruptedAndReadable() throws {
    let (run, set) = try recorded(Sample.cells(20))
    let read = try #require(try ledger.runs(limit: 1).first)
    #expect(read.state == .interrupted)
    #expect(read.counts == [.pass: 18, .fail: 2])
    #expect(try ledger.results(of: run).sets.map(\.id) == [set])
  }

  @Test func resultsOfARunAreReadAsTheyWereRecorded() throws {
    let lock = try Sample.lock(packages: 3)
    let scenario = Cell(
      kind: .scenario, id: "sev-snp/launches", catalogue: nil, type: .sevSNP,
      platform: "amd-milan-snp", stage: .launch, outcome: .blocked, reason: "R01 failed")
    let set = Results.BuildSet(
      id: try Sample.digest(1), name: "sid", packages: 3, acceptExpired: lock.acceptExpired,
      support: [
        Support(type: .tdx, member: .kernel, answer: .notOffered, reason: "no INTEL_TDX_HOST"),
        Support(type: .tdx, member: .qemu, answer: .offered, reason: "tdx-guest"),
      ],
      cells: [scenario, Sample.cell("a.b", type: nil)] + Sample.cells(30),
      notes: ["setuid bits were dropped from 3 files"])
    let run = try ledger.begin(Sample.start)
    try ledger.record(lock, id: set.id, name: set.name, run: run)
    try ledger.record(
      cells: set.cells, support: set.support, notes: set.notes, ofSet: set.id, run: run)
    #expect(try ledger.results(of: run) == Results(sets: [set]))
    #expect(try ledger.latest(named: "sid") == set)
    #expect(try ledger.latest(id: set.id) == set)
    #expect(try ledger.latest() == Results(sets: [set]))
  }

  @Test func aLockIsReadBackByteForByte() throws {
    let lock = try Sample.lock(packages: 148)
    let id = try Sample.digest(7)
    let run = try ledger.begin(Sample.start)
    try ledger.record(lock, id: id, name: "sid", run: run)
    try ledger.record(lock, id: id, name: "candidate", run: run)
    #expect(try ledger.lock(of: id)?.canonicalBytes == lock.canonicalBytes)
    #expect(try ledger.results(of: run).sets.map(\.name) == ["sid", "candidate"])
  }

  @Test func latestTakesEachCellFromTheNewestRunOfThatVerySet() throws {
    let (_, set) = try recorded([Sample.cell("a.b"), Sample.cell("c.d")])
    _ = try recorded([Sample.cell("a.b", outcome: .fail)])
    let latest = try #require(try ledger.latest(named: "sid"))
    #expect(latest.id == set)
    #expect(latest.cells.map(\.id) == ["c.d", "a.b"])
    #expect(latest.cells.map(\.outcome) == [.pass, .fail])
  }

  @Test func latestOfANameIsTheNewestSetOfWhichAnythingWasSeen() throws {
    _ = try recorded([Sample.cell("a.b")], set: 1)
    _ = try recorded([Sample.cell("a.b")], set: 2)
    _ = try recorded([], set: 3)
    #expect(try ledger.latest(named: "sid")?.id == Sample.digest(2))
    #expect(try ledger.latest(named: "trixie") == nil)
    #expect(try ledger.latest(id: Sample.digest(4)) == nil)
  }

  @Test func cellsOfTheSameContractOnOtherTypesArePlacesOfTheirOwn() throws {
    let types: [DomainType?] = [nil, .sev, .tdx]
    let (run, _) = try recorded(types.map { Sample.cell("a.b", type: $0) })
    #expect(try ledger.results(of: run).sets.first?.cells.map(\.type) == types)
  }

  @Test func ofAPlaceThatIsRecordedTwiceInARunTheLaterCounts() throws {
    let (run, set) = try recorded([Sample.cell("a.b", outcome: .fail)])
    try ledger.record(cells: [Sample.cell("a.b")], ofSet: set, run: run)
    #expect(try ledger.results(of: run).sets.first?.cells.map(\.outcome) == [.pass])
  }

  @Test func evidenceIsFoundByTheCollectorsThatReadIt() throws {
    let (run, set) = try recorded([])
    let evidence = try Sample.digest(9)
    try ledger.record(evidence: evidence, ofSet: set, collectors: "3", run: run)
    #expect(try ledger.evidence(ofSet: set, collectors: "3") == evidence)
    #expect(try ledger.evidence(ofSet: set, collectors: "4") == nil)
  }

  @Test func anotherConnectionSeesWhatWasRecorded() throws {
    let (run, _) = try recorded(Sample.cells(10))
    let other = try Ledger(path: ledger.path)
    #expect(try other.results(of: run) == ledger.results(of: run))
  }

  @Test func aRecordedOutcomeTakesLessThanAKibibyte() throws {
    let path = folder.path("small.sqlite")
    try fill(path, sets: 10, cells: 150)
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect(try #require(size) < 10 * 150 * 1024)
  }

  /// Records sets as large as a true one, and closes the ledger, which empties its write-ahead log.
  private func fill(_ path: String, sets: UInt8, cells: Int) throws {
    let ledger = try Ledger(path: path)
    for number in 0..<sets {
      let run = try ledger.begin(Sample.start)
      let set = try Sample.digest(number)
      try ledger.record(Sample.lock(packages: 148), id: set, name: "sid", run: run)
      try ledger.record(cells: Sample.cells(cells), ofSet: set, run: run)
      try ledger.end(run, exitCode: 1)
    }
  }

  private func recorded(_ cells: [Cell], set number: UInt8 = 1) throws -> (RunID, Digest) {
    let run = try ledger.begin(Sample.start)
    let set = try Sample.digest(number)
    try ledger.record(Sample.lock(packages: 2), id: set, name: "sid", run: run)
    try ledger.record(cells: cells, ofSet: set, run: run)
    return (run, set)
  }
}
