import Foundation
import GRDB
import LodgeModel
import LodgeTesting
import Testing

@testable import LodgeLedger

struct UpkeepTests {
  private let folder: Folder
  private var path: String { folder.path("ledger.sqlite") }

  init() throws { folder = try Folder() }

  /// Records a set under a name as a run of its own, each a day after the one before.
  @discardableResult
  private static func record(
    _ number: UInt8, as name: String = "sid", in ledger: Ledger, cells: Int = 20
  ) throws -> RunID {
    var start = Sample.start
    start.started += Double(number) * 86_400
    let run = try ledger.begin(start)
    let set = try Sample.digest(number)
    try ledger.record(Lock(packages: []), id: set, name: name, run: run)
    let artefact = Data("transcript \(number)".utf8)
    try ledger.keep([artefact.digest: artefact])
    var cell = Sample.cell("sev/launch")
    cell.artefacts = [Artefact(kind: .transcript, digest: artefact.digest)]
    try ledger.record(cells: Sample.cells(cells) + [cell], ofSet: set, run: run)
    try ledger.end(run, exitCode: 0)
    return run
  }

  private func vouch(for runs: [RunID], set: UInt8, in ledger: Ledger) throws {
    let document = Data("{\"verdict\": \"yes\"}".utf8)
    try ledger.record(
      verdict: document, digest: document.digest, isYes: true, policy: "release",
      policyDigest: Sample.digest(8), ofSet: Sample.digest(set), runs: runs.map(\.number),
      at: Sample.start.started)
  }

  @Test func pruningKeepsWhatIsYoungNewestOrVouchedFor() throws {
    let ledger = try Ledger(path: path)
    let runs = try (1...6).map { try Self.record($0, in: ledger) }
    try Self.record(7, as: "trixie", in: ledger)
    try vouch(for: [runs[1]], set: 2, in: ledger)
    let retention = Retention(sets: 2, since: Sample.start.started + 4 * 86_400)
    let trial = try ledger.prune(keeping: retention, isTrial: true)
    #expect(trial == Pruned(runs: 2, outcomes: 42, sets: 2, keptForVerdicts: 1))
    #expect(try ledger.runs(limit: 100).count == 7)
    #expect(try ledger.prune(keeping: retention) == trial)
    #expect(try ledger.runs(limit: 100).map(\.id.number) == [7, 6, 5, 4, 2])
    #expect(try ledger.record(of: Sample.digest(1)) == nil)
    #expect(try ledger.record(of: Sample.digest(2))?.observations.count == 21)
    #expect(try ledger.content(Data("transcript 1".utf8).digest) == nil)
    #expect(try ledger.content(Data("transcript 2".utf8).digest) != nil)
    #expect(try ledger.verdicts().map(\.set) == [Sample.digest(2)])
    #expect(try Ledger.damage(at: path) == [])
    #expect(try ledger.prune(keeping: retention).runs == 0)
  }

  @Test func aPrunedLedgerStillRefusesToForget() throws {
    let ledger = try Ledger(path: path)
    for number in 1...3 { try Self.record(UInt8(number), in: ledger) }
    _ = try ledger.prune(keeping: Retention(sets: 1, since: nil))
    #expect(throws: DatabaseError.self) {
      try DatabaseQueue(path: path).write { try $0.execute(sql: "DELETE FROM outcome") }
    }
  }

  @Test func whatALivingProcessRecordsIsKept() throws {
    let ledger = try Ledger(path: path)
    var start = Sample.start
    start.process = "alive"
    let run = try ledger.begin(start)
    try ledger.record(Lock(packages: []), id: Sample.digest(1), name: "sid", run: run)
    let all = Retention(sets: 0, since: nil)
    #expect(try ledger.prune(keeping: all, isTrial: true) { $0 == "alive" }.runs == 0)
    #expect(try ledger.prune(keeping: all).runs == 1)
  }

  @Test func aBackupIsAWholeLedgerAndOverwritesNothing() throws {
    let ledger = try Ledger(path: path)
    try Self.record(1, in: ledger)
    let copy = folder.path("copy.sqlite")
    try ledger.backUp(to: copy)
    #expect(try Ledger.damage(at: copy) == [])
    #expect(
      try Ledger(path: copy).record(of: Sample.digest(1)) == ledger.record(of: Sample.digest(1)))
    let failure = try #require(throws: LedgerFailure.self) { try ledger.backUp(to: copy) }
    #expect("\(failure)".contains("is there already"))
    let nowhere = folder.path("nowhere/copy.sqlite")
    #expect(throws: LedgerFailure.self) { try ledger.backUp(to: nowhere) }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(!files.contains { $0.contains("unfinished") })
  }

  @Test(arguments: 0..<4) func aByteThatChangesAnywhereIsFoundAndNamed(_ part: UInt64) throws {
    try { () throws in
      let ledger = try Ledger(path: path)
      for number in 1...3 { try Self.record(UInt8(number), in: ledger, cells: 60) }
      try vouch(for: [RunID(3)], set: 3, in: ledger)
    }()
    let whole = try Data(contentsOf: URL(filePath: path))
    let rest = try Data(contentsOf: URL(filePath: "\(path).rest"))
    var random = SplitMix(state: part)
    for _ in 0..<25 {
      var bytes = whole
      let place = Int.random(in: 0..<bytes.count, using: &random)
      bytes[place] ^= UInt8.random(in: 1...255, using: &random)
      try bytes.write(to: URL(filePath: path))
      try rest.write(to: URL(filePath: "\(path).rest"))
      for left in ["-wal", "-shm"] { unlink(path + left) }
      let damage = (try? Ledger.damage(at: path)) ?? ["it cannot be opened"]
      #expect(!damage.isEmpty, "byte \(place)")
      #expect(throws: LedgerFailure.self, "byte \(place)") {
        _ = try Ledger(path: path).record(of: Sample.digest(3))
      }
    }
  }

  @Test func withoutItsDigestsALedgerStillNeverTellsWhatWasNotRecorded() throws {
    var told: SetRecord?
    try { () throws in
      let ledger = try Ledger(path: path)
      for number in 1...3 { try Self.record(UInt8(number), in: ledger, cells: 60) }
      told = try ledger.record(of: Sample.digest(3))
    }()
    let whole = try Data(contentsOf: URL(filePath: path))
    var random = SplitMix(state: 42)
    for _ in 0..<100 {
      var bytes = whole
      let place = Int.random(in: 0..<bytes.count, using: &random)
      bytes[place] ^= UInt8.random(in: 1...255, using: &random)
      try bytes.write(to: URL(filePath: path))
      for left in ["-wal", "-shm", ".rest"] { unlink(path + left) }
      // Bytes that nobody uses may change; what is told must not.
      guard let record = try? Ledger(path: path).record(of: Sample.digest(3)) else { continue }
      #expect(record.observations == told?.observations, "byte \(place)")
    }
  }

  @Test func aLedgerThatAnotherWritesIsNotTakenForDamaged() async throws {
    let path = path
    try Self.record(1, in: Ledger(path: path))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask { @Sendable in
          for number in 0..<5 {
            let ledger = try Ledger(path: path)
            try Self.record(UInt8(10 + writer * 5 + number), in: ledger, cells: 5)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try Ledger.damage(at: path) == [])
    #expect(try Ledger(path: path).runs(limit: 100).count == 21)
  }

  @Test func aLedgerOfTheSchemaBeforeIsSealedWhenItIsOpened() throws {
    try { () throws in
      let ledger = try Ledger(path: path)
      for number in 1...2 { try Self.record(UInt8(number), in: ledger) }
    }()
    try OlderSchema.take(path, backTo: 4)
    let ledger = try Ledger(path: path)
    #expect(try ledger.record(of: Sample.digest(2))?.observations.count == 21)
    #expect(try ledger.record(of: Sample.digest(2))?.observations.first?.lab == "local")
    #expect(try Ledger.damage(at: path) == [])
  }
}

extension Data {
  /// The digest that the ledger knows the bytes by.
  fileprivate var digest: Digest { Seal.digest(of: self) }
}
