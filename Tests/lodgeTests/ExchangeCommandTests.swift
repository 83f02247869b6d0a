import Foundation
import LodgeAttestation
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgePackages
import LodgeTesting
import Testing

/// Runs that go from lab to lab, as the program gives and takes them.
@Suite(
  .serialized,
  .enabled("the archive of this host's apt is not reachable") { await Archive.isReachable })
struct ExchangeCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

  private var matrix: String { Self.repository + "Matrices/debian.yaml" }
  private var bundle: String { "\(folder.path)/bundle.lodge" }

  private func lodge(as lab: String, _ arguments: [String]) async throws -> Command.Finished {
    var environment = Command.inherited
    environment["XDG_STATE_HOME"] = "\(folder.path)/\(lab)/state"
    environment["XDG_CONFIG_HOME"] = "\(folder.path)/\(lab)/config"
    return try await Command(
      try Program.path, arguments, environment: environment, deadline: .seconds(600),
      outputLimit: 64 << 20
    ).run()
  }

  private func ledger(of lab: String) throws -> Ledger {
    try Ledger(path: "\(folder.path)/\(lab)/state/lodge/ledger.sqlite")
  }

  /// Lab `a` judges sid and gives its runs away; its key is trusted in the folder `keys`.
  private func given() async throws -> Data {
    let key = try await lodge(as: "a", ["key", "new", "--lab", "lab-a"])
    #expect(key.ending == .exited(0), "\(key.errors)")
    let keys = "\(folder.path)/keys"
    try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(folder.path)/a/config/lodge/lab-a.pub", toPath: "\(keys)/lab-a.pub")
    let run = try await lodge(
      as: "a", ["run", matrix, "--set", "sid", "--stage", "packages", "--contract", "R0*"])
    #expect(run.ending == .exited(1), "\(run.errors)")
    let export = try await lodge(as: "a", ["export", bundle])
    #expect(export.ending == .exited(0), "\(export.errors)")
    return try Data(contentsOf: URL(filePath: bundle))
  }

  private func take(_ bytes: Data, as lab: String = "b") async throws -> Command.Finished {
    let file = try folder.write(bytes, to: "taken.lodge")
    return try await lodge(as: lab, ["import", file, "--keys", "\(folder.path)/keys"])
  }

  @Test func runsGoFromLabToLabAndStayTheirs() async throws {
    let bytes = try await given()
    let first = try await take(bytes)
    #expect(first.ending == .exited(0), "\(first.errors)")
    #expect(first.text.contains("1 of 1 runs are new, of lab lab-a"), "\(first.text)")
    let again = try await take(bytes)
    #expect(again.text.contains("0 of 1 runs are new"), "\(again.text)\(again.errors)")
    let home = try await take(bytes, as: "a")
    #expect(home.text.contains("0 of 1 runs are new"), "\(home.text)\(home.errors)")

    let policy = try folder.write(
      "requirements: {all: {contracts: [R02], stage: packages, labs: [lab-a]}}",
      to: "policies/release.yaml")
    let gate = [
      "gate", policy, "--set", "sid", "--matrix", matrix, "--scenarios", Program.scenarios,
    ]
    let there = try await lodge(as: "b", gate)
    #expect(there.ending == .exited(0), "\(there.text)\(there.errors)")
    // At home the lab has no such name unless it says so.
    let here = try await lodge(as: "a", gate)
    #expect(here.ending == .exited(1), "\(here.text)\(here.errors)")

    // Lab b has no key, and needs none to give on what lab a signed.
    let onwards = "\(folder.path)/onwards.lodge"
    let export = try await lodge(as: "b", ["export", onwards])
    #expect(export.ending == .exited(0), "\(export.errors)")
    #expect(try Data(contentsOf: URL(filePath: onwards)) == bytes)
    let over = try await lodge(as: "b", ["export", onwards])
    #expect(over.ending == .exited(2) && over.errors.contains("is there already"))
    try await refusals(bytes)
    try await attestation(policy)
  }

  private func refusals(_ bytes: Data) async throws {
    var changed = bytes
    changed[bytes.count / 2] ^= 1
    let altered = try await take(changed, as: "c")
    #expect(altered.ending == .exited(2) && altered.errors.contains("line "), "\(altered.errors)")
    let newer = Data("{\"contents\":0,\"runs\":0,\"schema\":\"lodge.bundle/2\"}\n".utf8)
    let future = try await take(newer, as: "c")
    #expect(future.ending == .exited(2) && future.errors.contains("or a newer one"))

    // A lab that is trusted and tells what its evidence does not give.
    let key = try SigningKey(file: "\(folder.path)/a/config/lodge/lab-a.key")
    let bundle = try RunBundle(reading: bytes)
    let run = try #require(bundle.runs.first)
    var document = try RunDocument(reading: run.payload)
    for index in document.sets[0].cells.indices {
      document.sets[0].cells[index].outcome = .pass
    }
    let lie = try await take(
      RunBundle(runs: [try signed(document, with: key)], contents: bundle.contents).bytes, as: "c")
    #expect(lie.ending == .exited(2), "\(lie.text)")
    #expect(
      lie.errors.contains("was recorded as pass, its evidence gives fail"), "\(lie.errors)")

    // Of another version of Lodge it may be so; what this one says stands beside it.
    document.tool = "0.0.9"
    let older = try await take(
      RunBundle(runs: [try signed(document, with: key)], contents: bundle.contents).bytes, as: "c")
    #expect(older.ending == .exited(0), "\(older.errors)")
    let record = try ledger(of: "c").record(of: document.sets[0].id)
    let seen = (record?.observations ?? []).filter { $0.cell.id == "kernel.tdx-host-compiled" }
    #expect(Set(seen.map { "\($0.lab) \($0.cell.outcome)" }) == ["lab-a pass", "local fail"])

    // Somebody who is not trusted.
    let stranger = try Envelope(
      signing: run.payload, as: RunBundle.payloadType, with: SigningKey())
    let unknown = try await take(
      RunBundle(runs: [stranger], contents: bundle.contents).bytes, as: "d")
    #expect(unknown.ending == .exited(2) && unknown.errors.contains("none of the trusted ones"))
    #expect(try ledger(of: "d").runs(limit: 1).isEmpty)
  }

  private func signed(_ document: RunDocument, with key: SigningKey) throws -> Envelope {
    try Envelope(
      signing: CanonicalJSON.encode(document, pretty: false), as: RunBundle.payloadType, with: key)
  }

  private func attestation(_ policy: String) async throws {
    let file = "\(folder.path)/verdict.intoto.jsonl"
    let own = try folder.write(
      "requirements: {all: {contracts: [R02], stage: packages}}", to: "policies/own.yaml")
    let gate = try await lodge(
      as: "a",
      [
        "gate", own, "--set", "sid", "--matrix", matrix, "--scenarios", Program.scenarios,
        "--attest", file,
      ])
    #expect(gate.ending == .exited(0), "\(gate.errors)")
    let verified = try await lodge(
      as: "c", ["verify", file, "--keys", "\(folder.path)/keys", "--json"])
    #expect(verified.ending == .exited(0), "\(verified.text)\(verified.errors)")
    let lines = try Data(contentsOf: URL(filePath: file)).split(separator: 10)
    #expect(lines.count == 2)
    // The verdict names the run by the very digest that the bundle was signed with.
    let bundle = try RunBundle(reading: Data(contentsOf: URL(filePath: self.bundle)))
    let run = try #require(bundle.runs.first)
    let verdict = try Envelope(reading: Data(try #require(lines.last)))
    #expect(
      String(decoding: verdict.payload, as: UTF8.self)
        .contains("urn:lodge:run:\(Digest(of: run.payload))"))
  }
}
