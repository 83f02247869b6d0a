import Foundation
import GRDB
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgeTesting
import Testing

/// What scenarios add to a ledger: who refused, and what they left.
struct ScenarioCellsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { "\(folder.path)/ledger.sqlite" }

  private func launch(_ artefacts: [Artefact]) -> Cell {
    Cell(
      kind: .scenario, id: "tdx/launch", catalogue: nil, type: .tdx, platform: "intel-spr-tdx",
      stage: .launch, outcome: .fail, reason: "vm-type TDX not supported by KVM", layer: .kernel,
      artefacts: artefacts, seconds: 0.25)
  }

  @Test func aScenarioComesBackWithItsLayerAndArtefacts() throws {
    let ledger = try Ledger(path: path)
    let run = try ledger.begin(Sample.start)
    let set = try Sample.digest(1)
    try ledger.record(Sample.lock(packages: 2), id: set, name: "sid", run: run)
    let transcript = try Sample.digest(7)
    let bytes = Data("1 kvm KVM_GET_API_VERSION = 12\n".utf8)
    try ledger.keep([transcript: bytes])
    try ledger.keep([transcript: bytes])
    let cell = launch([Artefact(kind: .transcript, digest: transcript)])
    try ledger.record(cells: [cell], ofSet: set, run: run)
    #expect(try ledger.latest(id: set)?.cells == [cell])
    #expect(try ledger.results(of: run).sets.first?.cells == [cell])
    #expect(try ledger.content(transcript) == bytes)
    #expect(try ledger.content(Sample.digest(8)) == nil)
  }

  /// What each side of a broken promise says comes back in its order, from sealed records too.
  @Test func findingsComeBackWithTheirSides() throws {
    let ledger = try Ledger(path: path)
    let lock = try Sample.lock(packages: 2)
    let set = lock.id
    var findings = [Sample.finding(.fail), Sample.finding(.warn)]
    findings[0].sides = [
      Finding.Side(.kernel, "KVM_X86_TDX_VM = 5"), Finding.Side(.qemu, "6"),
      .upstream("5 since v6.16"),
    ]
    let cell = Sample.cell("kernel.vm-type-numbers", outcome: .fail, findings: findings)
    for _ in 0..<2 {
      let run = try ledger.begin(Sample.start)
      try ledger.record(lock, id: set, name: "sid", run: run)
      try ledger.record(cells: [cell], ofSet: set, run: run)
      try ledger.end(run, exitCode: 1)
    }
    #expect(try ledger.latest(id: set)?.cells == [cell])
    #expect(try ledger.record(of: set)?.observations.map(\.cell) == [cell])

    let stranger = try DatabaseQueue(path: path)
    try stranger.write { db in
      try db.execute(sql: "DROP TRIGGER sideRefusesDELETE; DELETE FROM side WHERE rank = 2")
    }
    #expect(throws: LedgerFailure.self) { try Ledger(path: path).record(of: set) }
  }

  @Test func aCellMustNotNameWhatNobodyKept() throws {
    let ledger = try Ledger(path: path)
    let run = try ledger.begin(Sample.start)
    let set = try Sample.digest(1)
    try ledger.record(Sample.lock(packages: 2), id: set, name: "sid", run: run)
    let missing = try Sample.digest(9)
    let failure = try #require(throws: LedgerFailure.self) {
      try ledger.record(
        cells: [launch([Artefact(kind: .log, digest: missing)])], ofSet: set, run: run)
    }
    #expect(failure.cause == .unknownContent(missing))
    #expect(try ledger.latest(id: set)?.cells.isEmpty == true)
  }

  @Test func aLedgerOfTheFirstSchemaIsTakenOn() throws {
    let ledger = try Ledger(path: path)
    let run = try ledger.begin(Sample.start)
    let set = try Sample.digest(1)
    try ledger.record(Sample.lock(packages: 2), id: set, name: "sid", run: run)
    try ledger.record(cells: Sample.cells(10), ofSet: set, run: run)
    try OlderSchema.take(path, backTo: 1)
    let again = try Ledger(path: path)
    #expect(try again.latest(id: set)?.cells == Sample.cells(10))
    let next = try again.begin(Sample.start)
    try again.record(Sample.lock(packages: 2), id: set, name: "sid", run: next)
    try again.record(cells: [launch([])], ofSet: set, run: next)
    #expect(try again.latest(id: set)?.cells.count == 11)
  }
}
