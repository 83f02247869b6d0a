import Foundation
import LodgeModel
import Testing

@testable import LodgeLedger

struct ExchangeTests {
  private let folder: Folder
  private let ours: Ledger
  private let theirs: Ledger
  private let set: Digest

  init() throws {
    folder = try Folder()
    ours = try Ledger(path: folder.path("ours.sqlite"))
    theirs = try Ledger(path: folder.path("theirs.sqlite"))
    set = try Sample.digest(1)
  }

  private let transcript = Data("1 kvm KVM_GET_API_VERSION = 12".utf8)

  /// A run of another lab, as it would be signed.
  private func taken() throws -> TakenRun {
    let run = try theirs.begin(Sample.start)
    try theirs.record(Lock(packages: []), id: set, name: "sid", run: run)
    try theirs.record(baseline: Sample.digest(9), ofSet: set, run: run)
    try theirs.record(evidence: Sample.digest(8), ofSet: set, collectors: "10", run: run)
    let digest = Seal.digest(of: transcript)
    try theirs.keep([digest: transcript])
    var launch = Sample.cell("sev/launch")
    launch.artefacts = [Artefact(kind: .transcript, digest: digest)]
    launch.measurements = [Sample.measured(.sev, "aa")]
    try theirs.record(
      cells: Sample.cells(20) + [launch],
      support: [Support(type: .sev, member: .qemu, answer: .offered, reason: "sev-guest")],
      notes: ["a note"], ofSet: set, run: run)
    #expect(try theirs.document(of: run) == nil)
    try theirs.end(run, exitCode: 1)
    let document = try #require(try theirs.document(of: run))
    let bytes = try CanonicalJSON.encode(document, pretty: false)
    return TakenRun(
      document: try RunDocument(reading: bytes), digest: Seal.digest(of: bytes), lab: "metal-1",
      envelope: Data("signed".utf8), contents: [digest: transcript])
  }

  @Test func aRunThatIsTakenUpIsWhatItWasAndTheLabs() throws {
    let taken = try taken()
    #expect(try ours.take([taken]).map { $0?.number } == [1])
    let record = try #require(try ours.record(of: set))
    let theirs = try #require(try theirs.record(of: set))
    #expect(record.observations.map(\.cell) == theirs.observations.map(\.cell))
    #expect(record.observations.allSatisfy { $0.lab == "metal-1" })
    #expect(record.observations.first?.baseline == (try Sample.digest(9)))
    #expect(record.support == theirs.support)
    #expect(try ours.content(Seal.digest(of: transcript)) == transcript)
    #expect(try ours.evidence(ofSet: set, collectors: "10") == Sample.digest(8))
    #expect(try ours.envelope(of: RunID(1)) == Data("signed".utf8))
    #expect(try Ledger.damage(at: ours.path) == [])
  }

  @Test func aRunIsTakenUpOnce() throws {
    let taken = try taken()
    #expect(try ours.take([taken, taken]).map { $0?.number } == [1, nil])
    #expect(try ours.take([taken]).map { $0?.number } == [nil])
    #expect(try ours.runs(limit: 10).count == 1)
  }

  @Test func aRunThatIsGivenComesBackAsTheSame() throws {
    let taken = try taken()
    try theirs.keep(envelope: taken.envelope, digest: taken.digest, of: RunID(1))
    #expect(try theirs.take([taken]).map { $0?.number } == [nil])
  }

  @Test func aRunThatIsTakenUpIsGivenOnAsTheSame() throws {
    let taken = try taken()
    _ = try ours.take([taken])
    var again = try #require(try ours.document(of: RunID(1)))
    #expect(again.lab == "metal-1")
    again.lab = taken.document.lab
    #expect(try CanonicalJSON.encode(again, pretty: false).count > 1000)
    #expect(
      Seal.digest(of: try CanonicalJSON.encode(again, pretty: false)) == taken.digest)
  }

  @Test func ofABundleWithOneBadRunNothingIsTaken() throws {
    let good = try taken()
    var bad = good
    bad.document.sets[0].lock = try Sample.lock(packages: 2)
    bad.digest = try Sample.digest(5)
    let failure = try #require(throws: LedgerFailure.self) { try ours.take([good, bad]) }
    #expect(failure.cause == .damaged("the packages of set \(set.short) are not those of its id"))
    #expect(try ours.runs(limit: 10).isEmpty)
    bad = good
    bad.contents = [:]
    #expect(throws: LedgerFailure.self) { try ours.take([bad]) }
    #expect(try ours.runs(limit: 10).isEmpty)
  }

  @Test func documentsOfAnotherSchemaAreRefused() throws {
    #expect(throws: RunDocumentFailure.noRun) { try RunDocument(reading: Data("{}".utf8)) }
    #expect(throws: RunDocumentFailure.otherSchema("lodge.run/2")) {
      try RunDocument(reading: Data("{\"schema\": \"lodge.run/2\"}".utf8))
    }
    let failure = try #require(throws: RunDocumentFailure.self) {
      try RunDocument(reading: Data("{\"schema\": \"lodge.run/1\"}".utf8))
    }
    guard case .damaged = failure else {
      Issue.record("\(failure)")
      return
    }
  }
}
