import Foundation
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
    ["check", "--host", "--stage", "moon"], ["set", "show"], ["check", "--host", "--jobs", "0"],
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
    #expect(contracts.count == 25)
    for entry in contracts.prefix(3) {
      let byId = try await lodge("explain", entry.id)
      let byNumber = try await lodge("explain", entry.catalogue.lowercased())
      #expect(byId.ending == .exited(0) && byId.output == byNumber.output)
    }
    let unknown = try await lodge("explain", "kernel.vm-type-number")
    #expect(unknown.ending == .exited(2))
    #expect(unknown.errors.contains("did you mean kernel.vm-type-numbers?"))
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
    #expect(results.sets.first?.cells.allSatisfy { $0.outcome == .notRun } == true)
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
