import Foundation
import LodgeAttestation
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

/// Keys and signed statements as a script handles them.
struct AttestationCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lodge(_ arguments: String...) async throws -> Command.Finished {
    try await Program.run(arguments, cache: folder.path, state: folder.path)
  }

  /// Makes a key with the program, and has its public half in a folder of trusted keys.
  private func key() async throws -> (key: SigningKey, keys: String) {
    let file = "\(folder.path)/sig-lab.key"
    let made = try await lodge("key", "new", "--output", file)
    try #require(made.ending == .exited(0), "\(made.errors)")
    let keys = "\(folder.path)/keys"
    try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(folder.path)/sig-lab.pub", toPath: "\(keys)/sig-lab.pub")
    return (try SigningKey(file: file), keys)
  }

  private func lock() throws -> Lock {
    let digest = try #require(Digest(String(repeating: "a", count: 64)))
    return Lock(packages: [
      Package(
        name: "qemu", version: "1", architecture: "amd64", sha256: digest, size: 1,
        origin: "Debian", suite: "sid", signature: .verified, path: "pool/qemu_1_amd64.deb")
    ])
  }

  /// A file with the results of a run and the verdict on them.
  private func statements(signedWith key: SigningKey) throws -> Data {
    let lock = try lock()
    let subject = try SetSubject(lock)
    let cell = Cell(
      kind: .contract, id: "kernel.a", catalogue: "R01", type: .tdx, stage: .packages,
      outcome: .fail, reason: "because")
    let results = try Statement(
      of: Results.BuildSet(id: subject.set, name: "sid", packages: 1, cells: [cell]), lock: lock,
      in: RunDescription(
        uri: "urn:uuid:1", stage: .packages, ended: Date(timeIntervalSince1970: 0), lodge: "1",
        configuration: [])
    ).signed(with: key)
    let verdict = VerificationSummary(
      policy: "snp", policyDigest: results.digest, set: subject.set, isYes: false,
      waivers: ["R02, by A, until 2027-01-01"], time: Date(timeIntervalSince1970: 1),
      inputs: [
        .init(uri: "urn:uuid:1", sha256: results.digest),
        .init(uri: "urn:uuid:2", sha256: subject.set),
      ], lodge: "1")
    return AttestationFile([
      results, try Statement(about: subject, verdict).signed(with: key),
    ]).bytes
  }

  @Test(arguments: [
    ["key", "new", "--lab", "a/b"], ["verify"], ["verify", "x", "--set", "12"],
    ["verify", "x", "--keys", "a", "--key", "b"],
    ["verify", "x", "--set", String(repeating: "a", count: 64), "--locked", "b"],
  ])
  func wrongUsageEndsWith64(_ arguments: [String]) async throws {
    let finished = try await Program.run(arguments, cache: folder.path, state: folder.path)
    #expect(finished.ending == .exited(64), "\(finished.errors)")
  }

  @Test func aKeyIsMadeOnceAndShown() async throws {
    let (key, _) = try await key()
    let file = "\(folder.path)/sig-lab.key"
    let again = try await lodge("key", "new", "--output", file)
    #expect(again.ending == .exited(2) && again.output.isEmpty)
    #expect(again.errors.contains("a key is never written over"))
    #expect(try SigningKey(file: file).publicKey == key.publicKey)
    let shown = try await lodge("key", "show", file, "\(folder.path)/sig-lab.pub")
    let id = key.publicKey.id.hex
    #expect(
      shown.text == """
        \(id)  private  sig-lab  \(file)
        \(id)  public  sig-lab  \(folder.path)/sig-lab.pub

        """)
    chmod(file, 0o644)
    let open = try await lodge("key", "show", file)
    #expect(open.ending == .exited(2) && open.errors.contains("chmod 600"))
  }

  /// Without a place, keys are where the user's configuration is.
  @Test func keysHaveTheirFolder() async throws {
    var environment = Command.inherited
    environment["XDG_CONFIG_HOME"] = folder.path
    func lodge(_ arguments: String...) async throws -> Command.Finished {
      try await Command(Program.path, arguments, environment: environment).run()
    }
    let none = try await lodge("key", "show")
    #expect(none.ending == .exited(2) && none.errors.contains("lodge key new makes one"))
    let made = try await lodge("key", "new", "--lab", "north")
    let place = "\(folder.path)/lodge/north.key"
    #expect(made.ending == .exited(0) && made.text.contains("lab     north\n"))
    #expect(made.text.contains("private \(place) ") && made.text.contains("Matrices/keys"))
    #expect(try await lodge("key", "new").ending == .exited(0))
    let shown = try await lodge("key", "show", "--json")
    struct Key: Decodable { var name: String, half: String }
    let keys = try JSONDecoder().decode([Key].self, from: shown.output)
    #expect(keys.map(\.name) == ["lab", "north"] && keys.allSatisfy { $0.half == "private" })
  }

  @Test func genuineStatementsAreToldWhateverTheySay() async throws {
    let (key, keys) = try await key()
    let id = key.publicKey.id.hex
    let file = try folder.write(statements(signedWith: key), to: "sid.intoto.jsonl")
    let set = try SetSubject(lock()).set
    let locked = try folder.write(lock().canonicalBytes, to: "sid.lock")
    let told = try await lodge("verify", file, "--keys", keys)
    #expect(told.ending == .exited(0), "\(told.errors)")
    for words in [
      "line 1: results of a run, FAILED\n", "signed by sig-lab (key \(id))\n",
      "about set \(set) (1 package files)\n", "0 passed, 0 passed with a warning, 1 failed",
      "line 2: verdict by policy snp, FAILED\n", "waived: R02, by A, until 2027-01-01\n",
      ": line 1\n", "\(set): not here\n",
    ] {
      #expect(told.text.contains(words), "\(words)\(told.text)")
    }
    for arguments in [
      ["--set", "\(set)"], ["--locked", locked], ["--key", "\(keys)/sig-lab.pub"],
    ] {
      let trust = arguments[0] == "--key" ? [] : ["--keys", keys]
      let finished = try await Program.run(
        ["verify", file] + arguments + trust, cache: folder.path, state: folder.path)
      #expect(finished.output == told.output, "\(arguments) \(finished.errors)")
    }
    let other = try await lodge(
      "verify", file, "--keys", keys, "--set", String(repeating: "b", count: 64))
    #expect(other.ending == .exited(2) && other.text.contains("it is about another set"))
  }

  @Test func whatIsWrongIsToldByLine() async throws {
    let (key, keys) = try await key()
    var bytes = try statements(signedWith: key)
    let good = try folder.write(bytes, to: "good.intoto.jsonl")
    bytes[100] ^= 1
    let bad = try folder.write(bytes, to: "bad.intoto.jsonl")
    let finished = try await lodge(
      "verify", good, bad, "\(folder.path)/none", "--keys", keys, "--json")
    #expect(finished.ending == .exited(2))
    struct Report: Decodable {
      struct File: Decodable {
        struct Line: Decodable {
          struct Input: Decodable { var line: Int? }
          var line: Int
          var verified: Bool
          var problem: String?
          var kind: String?
          var inputs: [Input]?
        }
        var problem: String?
        var lines: [Line]
      }
      var schema: String
      var files: [File]
    }
    let report = try JSONDecoder().decode(Report.self, from: finished.output)
    try #require(report.schema == "lodge.verification/1" && report.files.count == 3)
    #expect(report.files[0].lines.map(\.verified) == [true, true])
    #expect(report.files[0].lines.map(\.kind) == ["test-result", "verdict"])
    #expect(report.files[0].lines[1].inputs?.map(\.line) == [1, nil])
    #expect(report.files[1].lines.map(\.verified) == [false, true])
    #expect(
      report.files[1].lines[0].problem?.contains("the signature is not one of sig-lab") == true)
    #expect(report.files[2].problem?.contains("No such file") == true)
  }

  @Test func withoutTrustNothingIsVerified() async throws {
    let (key, _) = try await key()
    let file = try folder.write(statements(signedWith: key), to: "sid.intoto.jsonl")
    let empty = try TemporaryFolder()
    let nobody = try await lodge("verify", file, "--keys", empty.path)
    #expect(nobody.ending == .exited(2) && nobody.errors.contains("nobody is trusted"))
    try empty.write(SigningKey().publicKey.pem, to: "other.pub")
    let other = try await lodge("verify", file, "--keys", empty.path)
    #expect(other.ending == .exited(2) && other.text.contains("none of the trusted ones"))
    let missing = try await lodge("verify", file, "--keys", "\(empty.path)/none")
    #expect(missing.ending == .exited(2) && missing.errors.contains("name it with --keys DIR"))
  }
}
