import Foundation
import GRDB
import LodgeLedger
import LodgeModel
import LodgeTesting
import Testing

/// What measured launches add to a ledger.
struct MeasurementsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { "\(folder.path)/ledger.sqlite" }

  private func launch(
    _ measurements: [Cell.Measured], _ id: String = "sev/launch", artefacts: [Artefact] = []
  ) -> Cell {
    Cell(
      kind: .scenario, id: id, catalogue: nil, type: .sev, platform: "amd-milan", stage: .launch,
      outcome: .pass, reason: "it starts", measurements: measurements, artefacts: artefacts,
      seconds: 0.25)
  }

  /// Records cells of a set in a run of its own.
  @discardableResult
  private func record(_ cells: [Cell], of set: Digest, in ledger: Ledger) throws -> RunID {
    let run = try ledger.begin(Sample.start)
    try ledger.record(Sample.lock(packages: 2), id: set, name: "sid", run: run)
    try ledger.record(cells: cells, ofSet: set, run: run)
    return run
  }

  @Test func measurementsComeBackInTheirOrder() throws {
    let ledger = try Ledger(path: path)
    let set = try Sample.digest(1)
    let cells = [
      launch([Sample.measured(.sev, "cc", domain: "b"), Sample.measured(.tdx, "aa", domain: "a")]),
      launch([Sample.measured(.sev, "cc", domain: "b")], "sev/other"), launch([], "sev/none"),
    ]
    let run = try record(cells, of: set, in: ledger)
    #expect(try ledger.latest(id: set)?.cells == cells)
    #expect(try ledger.results(of: run).sets.first?.cells == cells)
    #expect(try Ledger(path: path).latest(named: "sid")?.cells == cells)
  }

  @Test func ofALaunchThatIsRecordedAgainTheLaterMeasurementsCount() throws {
    let ledger = try Ledger(path: path)
    let set = try Sample.digest(1)
    let first = launch([Sample.measured(.sev, "aa"), Sample.measured(.sev, "bb", domain: "b")])
    let second = launch([Sample.measured(.sev, "cc")])
    let run = try record([first], of: set, in: ledger)
    try record([second], of: set, in: ledger)
    #expect(try ledger.latest(id: set)?.cells == [second])
    #expect(try ledger.results(of: run).sets.first?.cells == [first])
  }

  @Test func aLedgerOfTheSecondSchemaIsTakenOnWithAllItHolds() throws {
    let set = try Sample.digest(1)
    let old =
      Sample.cells(10) + [
        launch([], artefacts: [Artefact(kind: .transcript, digest: set)])
      ]
    let ledger = try Ledger(path: path)
    try ledger.keep([set: Data("1 kvm KVM_GET_API_VERSION = 12\n".utf8)])
    let run = try record(old, of: set, in: ledger)
    try OlderSchema.take(path, backTo: 2)
    let again = try Ledger(path: path)
    #expect(try again.latest(id: set)?.cells == old)
    #expect(try again.results(of: run).sets.first?.cells == old)
    #expect(try again.content(set)?.isEmpty == false)
    let new = launch([Sample.measured(.sev, "aa")], "sev/new")
    try record([new], of: set, in: again)
    #expect(try again.latest(id: set)?.cells == old + [new])
    let stranger = try DatabaseQueue(path: path)
    #expect(try stranger.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 6)
    #expect(throws: DatabaseError.self) {
      try stranger.write { try $0.execute(sql: "DELETE FROM measurement") }
    }
  }
}
