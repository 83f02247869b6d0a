import Foundation
import LodgeLedger
import LodgeModel
import Testing

struct LedgerSharingTests {
  private let folder: Folder
  private var path: String { folder.path("ledger.sqlite") }

  init() throws { folder = try Folder() }

  @Test func manyOpenersOfANewFileAgree() async throws {
    let path = path
    try await withThrowingTaskGroup { group in
      for _ in 0..<24 { group.addTask { _ = try Ledger(path: path).begin(Sample.start) } }
      try await group.waitForAll()
    }
    #expect(try Ledger(path: path).runs(limit: 100).map(\.id.number) == (1...24).reversed())
  }

  @Test func twoConnectionsAtOnceLoseNothing() async throws {
    let path = path
    try await withThrowingTaskGroup { group in
      for writer in 0..<2 {
        group.addTask { try Self.write(sets: 20, of: 100, as: UInt8(writer), to: path) }
      }
      try await group.waitForAll()
    }
    try expectWholeRuns(2, of: 20 * 100)
  }

  @Test func twoProcessesAtOnceLoseNothing() async throws {
    let path = path
    async let first: Void = Self.expectChildWrites(as: 0, to: path)
    async let second: Void = Self.expectChildWrites(as: 1, to: path)
    _ = await (first, second)
    try expectWholeRuns(2, of: 20 * 100)
  }

  /// A ledger that stays open loses nothing when another process opens it and leaves: the digests of
  /// the file at rest are read beside SQLite, and must not cost it its locks.
  @Test func aProcessThatLeavesTakesNothingAway() async throws {
    let path = path
    try Ledger(path: path).end(try Ledger(path: path).begin(Sample.start), exitCode: 0)
    #expect(FileManager.default.fileExists(atPath: "\(path).rest"))
    let ledger = try Ledger(path: path)
    for known in 1...3 {
      await #expect(processExitsWith: .success) { [path = path as String, known = known as Int] in
        guard try Ledger(path: path).runs(limit: 100).count == known else { exit(1) }
      }
      _ = try ledger.begin(Sample.start)
    }
    #expect(try ledger.runs(limit: 100).count == 4)
    #expect(try Ledger.damage(at: path) == [])
    await #expect(processExitsWith: .success) { [path = path as String] in
      guard try Ledger(path: path).runs(limit: 100).count == 4 else { exit(1) }
    }
  }

  @Test(arguments: [1, 4, 9, 23])
  func aKilledProcessLosesNothingItHadRecorded(milliseconds: Int) async throws {
    let (path, receipts) = (path, folder.path("receipts"))
    try Data().write(to: URL(filePath: receipts))
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, receipts = receipts as String, milliseconds = milliseconds as Int] in
      try Self.writeUntilKilled(after: milliseconds, to: path, receipts: receipts)
    }

    let acknowledged = try String(contentsOfFile: receipts, encoding: .utf8)
      .split(separator: "\n").count
    let ledger = try Ledger(path: path)
    let run = try #require(try ledger.runs(limit: 1).first)
    let sets = try ledger.results(of: run.id).sets
    let whole = sets.filter { $0.cells.count == 100 }
    #expect(run.state == .interrupted)
    #expect(acknowledged >= 3)
    #expect(whole.count >= acknowledged, "every set that was acknowledged is there")
    #expect(whole.count <= acknowledged + 1, "at most the last one was not acknowledged yet")
    #expect(sets.allSatisfy { [0, 100].contains($0.cells.count) }, "no set is half recorded")

    let next = try ledger.begin(Sample.start)
    try ledger.end(next, exitCode: 0)
    #expect(next > run.id)
  }

  /// Expects runs that ended with as many outcomes each, and every set whole.
  private func expectWholeRuns(_ count: Int, of outcomes: Int) throws {
    let ledger = try Ledger(path: path)
    let runs = try ledger.runs(limit: 10)
    #expect(runs.count == count)
    for run in runs {
      #expect(run.state != .interrupted)
      #expect(run.counts.values.reduce(0, +) == outcomes)
      for set in try ledger.results(of: run.id).sets {
        #expect(set.cells == Sample.cells(100))
      }
    }
  }

  private static func expectChildWrites(as writer: UInt8, to path: String) async {
    await #expect(processExitsWith: .success) { [path = path as String, writer = writer as UInt8] in
      try Self.write(sets: 20, of: 100, as: writer, to: path)
    }
  }

  /// A run of many sets; both writers record the same packages under their own ids.
  private static func write(
    sets: UInt8, of cells: Int, as writer: UInt8, to path: String
  ) throws {
    let ledger = try Ledger(path: path)
    let run = try ledger.begin(Sample.start)
    for number in 0..<sets {
      let set = try Sample.digest(writer * 100 + number)
      try ledger.record(Sample.lock(packages: 20), id: set, name: "set \(number)", run: run)
      try ledger.record(cells: Sample.cells(cells), ofSet: set, run: run)
    }
    try ledger.end(run, exitCode: 0)
  }

  /// Records sets without end, noting each in another file once the ledger has taken it; after the
  /// third, a second thread kills the process wherever it is by then.
  private static func writeUntilKilled(
    after milliseconds: Int, to path: String, receipts: String
  ) throws {
    let ledger = try Ledger(path: path)
    let run = try ledger.begin(Sample.start)
    let receipt = try FileHandle(forWritingTo: URL(filePath: receipts))
    let lock = try Sample.lock(packages: 2)
    for number in 0... {
      let digits = String(number, radix: 16)
      let padding = String(repeating: "0", count: 64 - digits.count)
      let set = try #require(Digest(padding + digits))
      try ledger.record(lock, id: set, name: "set \(number)", run: run)
      try ledger.record(cells: Sample.cells(100), ofSet: set, run: run)
      try receipt.write(contentsOf: Data("\(number)\n".utf8))
      if number == 2 { killProcess(after: milliseconds) }
    }
  }

  private static func killProcess(after milliseconds: Int) {
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
      kill(getpid(), SIGKILL)
    }
  }
}
