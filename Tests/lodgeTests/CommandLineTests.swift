import Foundation
import LodgeContracts
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

/// The program as a script sees it: exit codes, streams and messages.
struct CommandLineTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lodge(_ arguments: String...) async throws -> Command.Finished {
    try await Program.run(arguments, cache: folder.path, state: folder.path)
  }

  @Test(arguments: [
    ["run"], ["check"], ["check", "--host", "--root", "/"], ["no-such-verb"], ["explain"],
    ["explain", "R01", "--list"], ["explain", "--text", "a", "--list"],
    ["check", "--host", "--stage", "moon"], ["set", "show"], ["check", "--host", "--jobs", "0"],
    ["try", "sev/policy"], ["try", "--set", "sid"], ["try", "a", "--xml", "b", "--set", "sid"],
    ["try", "a", "--set", "sid", "--keep", "--against", "trixie"],
    ["check", "--host", "--format", "xml"], ["check", "--host", "--json", "--format", "tap"],
    ["check", "--host", "--origin", "a"], ["matrix", "--format", "junit", "--origin", "a"],
    ["matrix", "--format", "kcidb", "--origin", "A"], ["doctor", "--format", "json"],
    ["diff", "a"], ["diff", "--bisect", "a", "b"], ["diff", "a", "b", "--type", "tdx"],
    ["diff", "--bisect", "a", "--format", "markdown"], ["diff", "a", "b", "--set", "c"],
    ["diff", "a", "b", "--json", "--format", "text"],
    ["diff", "a", "b", "--format", "junit"], ["set", "show", "a", "--format", "tap"],
    ["measure", "a", "--set", "b", "--format", "kcidb"],
    ["explain", "--list", "--format", "junit"],
  ])
  func wrongUsageEndsWith64(_ arguments: [String]) async throws {
    let finished = try await Program.run(arguments, cache: folder.path, state: folder.path)
    #expect(finished.ending == .exited(64), "\(finished.errors)")
    #expect(finished.output.isEmpty)
  }

  @Test func everyContractIsExplainedByIdAndNumber() async throws {
    let list = try await lodge("explain", "--list", "--json")
    struct Listing: Decodable {
      struct Entry: Decodable { var id: String, catalogue: String }
      var contracts: [Entry]
    }
    let contracts = try JSONDecoder().decode(Listing.self, from: list.output).contracts
    #expect(contracts.count == allContracts.count)
    for entry in contracts.prefix(3) {
      let byId = try await lodge("explain", entry.id)
      let byNumber = try await lodge("explain", entry.catalogue.lowercased())
      #expect(byId.ending == .exited(0) && byId.output == byNumber.output)
    }
    let unknown = try await lodge("explain", "kernel.vm-type-number")
    #expect(unknown.ending == .exited(2))
    #expect(unknown.errors.contains("did you mean kernel.vm-type-numbers?"))
  }

  @Test func aPastedErrorLeadsToItsContracts() async throws {
    struct Explained: Decodable {
      struct Message: Decodable { var id: String, contracts: [String] }
      struct Lead: Decodable { var catalogue: String }
      var messages: [Message]
      var contracts: [Lead]
    }
    let error = "qemu-system-x86_64: -accel kvm: vm-type tdx not supported by KVM"
    let json = try await lodge("explain", "--text", error, "--json")
    let explained = try JSONDecoder().decode(Explained.self, from: json.output)
    #expect(explained.messages.first?.id == "qemu.kvm.vm-type")
    #expect(explained.contracts.first?.catalogue == "R04")
    let text = try await lodge("explain", "--text", error)
    #expect(text.ending == .exited(0) && text.text.contains("R04 kernel.vm-type-numbers"))
    let nothing = try await lodge("explain", "--text", "The quick brown fox jumps")
    #expect(nothing.ending == .exited(2) && nothing.output.isEmpty)
    #expect(nothing.errors.contains("no message in the catalogue"))
    let nothingElse = try await lodge("explain", "--text", "The quick brown fox", "--json")
    #expect(nothingElse.ending == .exited(2))
    #expect(try JSONDecoder().decode(Explained.self, from: nothingElse.output).messages.isEmpty)
  }

  @Test(arguments: [[], ["--help"], ["try", "--help"], ["help", "run"]])
  func helpIsNoError(_ arguments: [String]) async throws {
    let finished = try await Program.run(arguments, cache: folder.path, state: folder.path)
    #expect(finished.ending == .exited(0) && finished.errors.isEmpty, "\(finished.errors)")
    #expect(finished.text.contains("USAGE:") && finished.text.contains("--"))
  }

  /// Every scenario by which a contract is judged is there, and is explained.
  @Test func scenariosAreListedAndExplained() async throws {
    struct Listing: Decodable {
      struct Contract: Decodable { var id: String, scenarios: [String], types: [String] }
      struct Scenario: Decodable { var id: String, type: String, platforms: [String] }
      var contracts: [Contract]
      var scenarios: [Scenario]
    }
    let list = try await lodge("explain", "--list", "--json", "--scenarios", Program.scenarios)
    let listing = try JSONDecoder().decode(Listing.self, from: list.output)
    #expect(listing.scenarios.count >= 40)
    for contract in listing.contracts where !contract.scenarios.isEmpty {
      let shown = listing.scenarios.filter { scenario in
        contract.scenarios.contains(scenario.id.withoutCase)
      }
      // One type may show what is promised of all.
      #expect(
        !shown.isEmpty && Set(shown.map(\.type)).isSubset(of: contract.types), "\(contract.id)")
      #expect(
        Set(shown.map(\.id.withoutCase)) == Set(contract.scenarios),
        "\(contract.id)")
    }
    for words in ["sev/policy", "sev/policy[debug]", "sev/policy.yaml"] {
      let told = try await lodge("explain", words, "--scenarios", Program.scenarios)
      #expect(told.ending == .exited(0) && told.text.contains("steps"), "\(told.errors)")
    }
  }

  /// Nothing is resolved, fetched or started for an order that cannot be followed.
  @Test func anOrderThatCannotBeFollowedStartsNothing() async throws {
    let scenarios = try folder.write("sev:\n  platform: x\n", to: "bad/ladder.yaml")
    let empty = "\(folder.path)/empty"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    let network = try folder.write("<network/>", to: "network.xml")
    let given = ["--scenarios", Program.scenarios]
    for (arguments, words) in [
      (["try", "sev/polcy", "--root", empty] + given, "did you mean sev/policy"),
      (
        ["try", "sev/policy", "--root", empty, "--platform", "amd-milan"] + given,
        "there is no platform amd-milan; "
      ),
      (["try", "--xml", network, "--root", empty] + given, "not the <domain>"),
      (["try", "--xml", "\(empty)/x", "--root", empty] + given, "cannot read the domain XML"),
      (["try", "sev/policy", "--root", empty, "--scenarios", empty], "no folder of scenarios"),
      (
        ["try", "sev/policy", "--root", empty, "--scenarios", "\(folder.path)/bad"],
        "\(scenarios):2: unknown key platform"
      ),
      (
        ["try", "sev/policy", "--root", empty, "--keep"] + given,
        "--keep leaves one scenario on one platform up"
      ),
      (["try", "sev/policy", "--root", "\(folder.path)/none"] + given, "\(folder.path)/none"),
    ] {
      let finished = try await Program.run(arguments, cache: folder.path, state: folder.path)
      #expect(finished.ending == .exited(2), "\(arguments)")
      #expect(finished.errors.contains(words), "\(finished.errors)")
      #expect(finished.output.isEmpty)
    }
  }

  @Test func aRootWithoutLibvirtIsNotRun() async throws {
    let empty = "\(folder.path)/empty"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    let finished = try await lodge(
      "try", "sev/launch-lifecycle", "--root", empty, "--scenarios", Program.scenarios, "--json")
    let cell = try CanonicalJSON.decode(Results.self, from: finished.output).sets.first?.cells.first
    #expect(cell?.outcome == .notRun, "\(cell?.reason ?? "")")
    #expect(finished.ending == .exited(3))
  }

  @Test func aReaderThatHasEnoughIsNoAccident() async throws {
    let lodge = try Program.path
    let finished = try await Command(
      "bash", ["-c", "'\(lodge)' check --host --json | true; echo ${PIPESTATUS[0]}"]
    ).run()
    #expect(["141\n", "0\n", "1\n", "3\n"].contains(finished.text), "\(finished.text)")
    #expect(finished.errors.isEmpty)
  }

  @Test func anEmptyTreeIsNotGreen() async throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/empty", withIntermediateDirectories: false)
    let finished = try await lodge("check", "--root", "\(folder.path)/empty", "--json")
    #expect(finished.ending == .exited(3))
    let results = try CanonicalJSON.decode(Results.self, from: finished.output)
    // What compares does not apply where there is nothing to compare with.
    #expect(
      results.sets.first?.cells.allSatisfy { [.notRun, .notApplicable].contains($0.outcome) }
        == true)
  }

  @Test(
    .enabled(Comment(rawValue: ExportReader.missing)) { ExportReader.areThere },
    arguments: ExportReader.allCases)
  func whatIsExportedIsWhatWasJudged(_ format: ExportReader) async throws {
    let empty = "\(folder.path)/empty"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    let json = try await lodge("check", "--root", empty, "--json", "--format", "json")
    let results = try CanonicalJSON.decode(Results.self, from: json.output)
    let export = try await lodge("check", "--root", empty, "--format", format.rawValue)
    #expect(export.ending == .exited(3) && export.errors.isEmpty, "\(export.errors)")
    let counts = try await format.counts(of: export.output)
    #expect(format.compared(counts) == format.compared(format.expected(of: results)))
  }

  @Test func inputInErrorEndsWith2AndSaysWhereItIs() async throws {
    let matrix = try folder.write(
      "sets:\n  a:\n    apt: {suits: [x]}\n    packages: [b]\n", to: "m.yaml")
    let finished = try await lodge("run", matrix)
    #expect(finished.ending == .exited(2))
    #expect(
      finished.errors
        == "lodge: \(matrix):3: unknown key suits in sets.a.apt; did you mean suites?\n")
    let missing = try await lodge("check", "--root", "\(folder.path)/none")
    #expect(missing.ending == .exited(2) && missing.errors.contains("\(folder.path)/none"))
  }

  @Test func thisHostIsReadInPlace() async throws {
    let finished = try await lodge("check", "--host", "--json")
    let results = try CanonicalJSON.decode(Results.self, from: finished.output)
    #expect((results.sets.first?.packages ?? 0) > 50)
    #expect(finished.ending != .exited(2), "\(finished.errors)")
  }
}
