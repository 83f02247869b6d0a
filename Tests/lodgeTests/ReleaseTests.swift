import Foundation
import Glibc
import LodgeHost
import LodgeModel
import LodgePackages
import LodgeTesting
import Testing

/// The gate, its waivers and the ledger under them, as the program shows them on real packages.
@Suite(
  .serialized,
  .enabled("the archive of this host's apt is not reachable") { await Archive.isReachable })
struct ReleaseTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lodge(_ arguments: String...) async throws -> Command.Finished {
    let cache = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"]
    return try await Program.run(arguments, cache: cache, state: folder.path)
  }

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

  private var matrix: String { Self.repository + "Matrices/debian.yaml" }
  private var ledger: String { "\(folder.path)/lodge/ledger.sqlite" }

  private struct Verdict: Decodable {
    struct Entry: Decodable {
      var id: String
      var state: String
      var next: String?
      var waiver: String?
    }
    struct Waiver: Decodable { var id: String, state: String }
    struct BuildSet: Decodable { var id: Digest }
    var verdict: String
    var set: BuildSet
    var satisfied: [Entry], waived: [Entry], unsatisfied: [Entry]
    var waivers: [Waiver]
  }

  private func policy(_ contracts: String, more: String = "") throws -> String {
    try folder.write(
      """
      \(more)
      requirements:
        packages: {contracts: [\(contracts)], stage: packages, fresh: 1 days}
      """, to: "policies/release.yaml")
  }

  private func gate(_ policy: String, _ more: String...) async throws -> (
    Command.Finished, Verdict?
  ) {
    let finished = try await Program.run(
      ["gate", policy, "--matrix", matrix, "--scenarios", Program.scenarios, "--json"] + more,
      cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"], state: folder.path)
    return (finished, try? CanonicalJSON.decode(Verdict.self, from: finished.output))
  }

  @Test func aSetIsLetThroughByWhatWasSeenOfItsVeryPackages() async throws {
    let policy = try policy("R01, R02")
    let (early, none) = try await gate(policy, "--set", "sid")
    #expect(early.ending == .exited(3), "\(early.errors)")
    #expect(none?.unsatisfied.allSatisfy { $0.state == "missing" } == true)

    let run = try await lodge("run", matrix, "--set", "sid", "--stage", "packages")
    #expect(run.ending == .exited(1), "\(run.errors)")
    let (red, verdict) = try await gate(policy, "--set", "sid")
    #expect(red.ending == .exited(1), "\(red.errors)")
    #expect(verdict?.unsatisfied.map(\.id) == ["kernel.tdx-host-compiled"])
    #expect(verdict?.unsatisfied.first?.state == "failed")
    #expect(verdict?.satisfied.isEmpty == false)
    let id = try #require(verdict?.set.id)
    let (byId, same) = try await gate(policy, "--set", "\(id)")
    #expect(byId.ending == .exited(1) && same?.set.id == id, "\(byId.errors)")

    // Another set is another verdict, whatever this one had.
    let (other, _) = try await gate(policy, "--set", "bookworm")
    #expect(other.ending == .exited(3), "\(other.errors)")

    let (green, yes) = try await gate(try self.policy("R02"), "--set", "\(id)")
    #expect(green.ending == .exited(0) && yes?.verdict == "yes", "\(green.errors)")
    try await severalAtOnce(id)
    try await waive(id)
    try await clocksAndDamage(id)
  }

  private func severalAtOnce(_ id: Digest) async throws {
    let policy = try policy("R02")
    let (program, state) = (try Program.path, folder.path)
    let endings = try await withThrowingTaskGroup(of: Command.Ending.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var environment = Command.inherited
          environment["XDG_STATE_HOME"] = state
          return try await Command(
            program, ["gate", policy, "--set", "\(id)", "--scenarios", Program.scenarios],
            environment: environment, deadline: .seconds(120)
          ).run().ending
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(endings == Array(repeating: .exited(0), count: 4))
    let whole = try await lodge("ledger", "check")
    #expect(whole.ending == .exited(0), "\(whole.text)")
  }

  private func waive(_ id: Digest) async throws {
    let policy = try policy("R01, R02")
    func waive(_ more: String...) async throws -> Command.Finished {
      try await Program.run(
        [
          "waive", "--policy", policy, "--set", "\(id)", "--scenarios", Program.scenarios,
          "--reason", "the kernel of the next point release has it", "--issue",
          "https://bugs.example/1", "--author", "A <a@example>",
        ] + more, cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"],
        state: folder.path)
    }
    let soon = (Date.now + 20 * 86_400).formatted(.iso8601.year().month().day())
    let late = (Date.now + 200 * 86_400).formatted(.iso8601.year().month().day())
    for (arguments, words) in [
      (["--contract", "R02", "--expires", soon], "does not stand in the way"),
      (["--contract", "R99", "--expires", soon], "asks for no cell"),
      (["--contract", "R0*", "--expires", late], "lets waivers last 90 days"),
      (["--contract", "R01", "--expires", "2020-01-01"], "in the past"),
    ] {
      let refused = try await Program.run(
        [
          "waive", "--policy", policy, "--set", "\(id)", "--scenarios", Program.scenarios,
          "--reason", "r", "--issue", "https://bugs.example/1", "--author", "A <a@example>",
        ] + arguments, cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"],
        state: folder.path)
      #expect(refused.ending == .exited(2), "\(refused.errors)")
      #expect(refused.errors.contains(words), "\(refused.errors)")
    }
    let all = try await waive("--contract", "*", "--expires", soon)
    #expect(all.ending == .exited(64), "\(all.errors)")
    let endless = try await waive("--contract", "R01")
    #expect(endless.ending == .exited(64) && endless.errors.contains("--expires"))

    let written = try await waive("--contract", "R01", "--type", "tdx", "--expires", soon)
    #expect(written.ending == .exited(0), "\(written.errors)")
    #expect(written.text.contains("waivers/R01-tdx.yaml"), "\(written.text)")
    let twice = try await waive("--contract", "R01", "--type", "tdx", "--expires", soon)
    #expect(twice.ending == .exited(2), "\(twice.text)")

    let (through, yes) = try await gate(policy, "--set", "\(id)")
    #expect(through.ending == .exited(0), "\(through.errors)")
    #expect(yes?.waived.map(\.waiver) == ["R01-tdx"])
    #expect(yes?.waivers.map(\.state) == ["used"])
    let strict = try self.policy("R01, R02", more: "waivers: {approver: required}")
    let (unapproved, no) = try await gate(strict, "--set", "\(id)")
    #expect(unapproved.ending == .exited(1) && no?.waivers.map(\.state) == ["unapproved"])
    let list = try await lodge(
      "waive", "--list", "--policy", strict, "--set", "\(id)", "--scenarios", Program.scenarios)
    #expect(list.ending == .exited(0) && list.text.contains("unapproved"), "\(list.errors)")
  }

  private func clocksAndDamage(_ id: Digest) async throws {
    let policy = try policy("R02")
    let (past, none) = try await gate(policy, "--set", "\(id)", "--at", "2026-01-01")
    #expect(past.ending == .exited(3) && none?.verdict == "no", "\(past.errors)")
    let (future, _) = try await gate(policy, "--set", "\(id)", "--at", "2999-01-01")
    #expect(future.ending == .exited(1), "\(future.errors)")
    let misspelt = try folder.write(
      "requirements: {a: {contracts: [R02], stag: packages}}", to: "policies/bad.yaml")
    let (bad, _) = try await gate(misspelt, "--set", "\(id)")
    #expect(bad.ending == .exited(2) && bad.errors.contains("did you mean stage?"))

    let copy = "\(folder.path)/copy.sqlite"
    let backup = try await lodge("ledger", "backup", copy)
    #expect(backup.ending == .exited(0), "\(backup.errors)")
    let whole = try await lodge("ledger", "check", "--ledger", copy)
    #expect(whole.ending == .exited(0), "\(whole.text)")
    let here = try await lodge("ledger", "check")
    #expect(here.ending == .exited(0), "\(here.text)")
    let prune = try await lodge("ledger", "prune", "--keep", "1 hours", "--keep-sets", "0")
    #expect(prune.ending == .exited(0) && prune.text.contains("removed 0 runs"), "\(prune.text)")
    var bytes = try Data(contentsOf: URL(filePath: ledger))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: ledger))
    let damaged = try await lodge("ledger", "check")
    #expect(damaged.ending == .exited(2) && damaged.text.contains("bytes"), "\(damaged.text)")
    let (blind, _) = try await gate(policy, "--set", "\(id)")
    #expect(blind.ending == .exited(2) && blind.errors.contains("damaged"), "\(blind.errors)")
  }
}
