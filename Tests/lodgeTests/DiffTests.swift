import Foundation
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

/// What two real sets of one name differ in, and where a cell began to fail among them.
@Suite(
  .serialized,
  .enabled("the archive of this host's apt is not reachable") { await Archive.isReachable })
struct DiffTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lodge(_ arguments: String...) async throws -> Command.Finished {
    let cache = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"]
    return try await Program.run(arguments, cache: cache, state: folder.path)
  }

  private static let matrix =
    URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)
    + "Matrices/debian.yaml"

  private struct Difference: Decodable {
    struct Cell: Decodable { var id: String, catalogue: String?, before: String?, after: String? }
    struct Cells: Decodable { var newFailures: [Cell], fixed: [Cell], newlyNotRun: [Cell] }
    struct Package: Decodable { var name: String, member: String?, kind: String, changelog: Int? }
    struct Entry: Decodable { var version: String, lines: [String] }
    struct Log: Decodable {
      var source: String, entries: [Entry], note: String?, packages: [String]
    }
    struct Packages: Decodable { var changes: [Package], changelogs: [Log] }
    struct Fact: Decodable { var fact: String, added: Int, removed: Int, changed: Int }
    struct Facts: Decodable { var facts: [Fact], unchanged: Int, unknown: [String] }
    var schema: String
    var cells: Cells
    var packages: Packages
    var evidence: Facts
  }

  private struct Bisections: Decodable {
    struct Cell: Decodable {
      var type: String?, standing: String, lastGood: String?, firstBad: [String]
    }
    struct Packages: Decodable { var changes: [Difference.Package] }
    struct Span: Decodable { var packages: Packages }
    struct Name: Decodable { var name: String, sets: [String], cells: [Cell], spans: [Span] }
    var schema: String
    var names: [Name]
  }

  /// Records locks of Debian's suites under one name, and gives the ids of the sets.
  private func record(_ suites: String...) async throws -> [String] {
    var ids: [String] = []
    for suite in suites {
      let lock = try await lodge("set", "resolve", "--matrix", Self.matrix, suite)
      let file = try folder.write(lock.output, to: "\(suite)/candidate.lock")
      ids.append("\(try Lock(reading: lock.output).id)")
      let run = try await lodge("run", "--locked", file, "--stage", "packages", "--json")
      #expect([.exited(0), .exited(1)].contains(run.ending), "\(run.errors)")
    }
    return ids
  }

  @Test func setsOfOneNameAreComparedAndSearched() async throws {
    let ids = try await record("bookworm", "trixie", "sid")
    let told = try await lodge("diff", ids[1], ids[2], "--json")
    #expect(told.ending == .exited(0), "\(told.errors)")
    let found = try CanonicalJSON.decode(Difference.self, from: told.output)
    #expect(found.schema == "lodge.difference/1")
    #expect(found.cells.newFailures.contains { $0.catalogue == "R01" && $0.after == "fail" })
    let members = found.packages.changes.map(\.member)
    #expect(members.first == "kernel" && members.last == .some(nil))
    let kernel = try #require(found.packages.changes.first { $0.kind == "replaced" })
    #expect(kernel.name.hasPrefix("linux-image-"))
    let logs = found.packages.changelogs
    #expect(logs.contains { $0.source == "qemu" && $0.packages.count > 1 && !$0.entries.isEmpty })
    // What trixie has is of another branch than sid, which says so.
    #expect(logs.contains { $0.note?.contains("does not know") == true })
    #expect(found.evidence.unknown.isEmpty)
    #expect(found.evidence.facts.contains { $0.fact == "kconfig" && $0.changed > 0 })

    let comment = try await lodge("diff", ids[0], ids[2], "--format", "markdown")
    #expect(comment.ending == .exited(0) && comment.output.count <= 65_536, "\(comment.errors)")
    #expect(comment.text.hasPrefix("Lodge: `candidate`") && comment.text.contains("**new failures"))
    let text = try await lodge("diff", ids[0], ids[2])
    #expect(text.text.contains("new failures: ") && text.text.contains("packages: "))
    let same = try await lodge("diff", "candidate", ids[2])
    #expect(same.ending == .exited(0) && same.text.contains("packages: 0 changed"))

    try await search(ids)
  }

  private func search(_ ids: [String]) async throws {
    let told = try await lodge("diff", "--bisect", "R01", "--type", "tdx", "--json")
    #expect(told.ending == .exited(0), "\(told.errors)")
    let found = try CanonicalJSON.decode(Bisections.self, from: told.output)
    let name = try #require(found.names.first)
    #expect(found.schema == "lodge.bisection/1" && found.names.count == 1)
    #expect(name.name == "candidate" && name.sets == ids)
    let cell = try #require(name.cells.first)
    #expect(cell.standing == "broke" && cell.lastGood == ids[1] && cell.firstBad == [ids[2]])
    #expect(name.spans.count == 1 && name.spans[0].packages.changes.isEmpty == false)
    let text = try await lodge("diff", "--bisect", "R01", "--set", "candidate")
    #expect(text.text.contains("first bad: 3 ") && text.text.contains("last good: 2 "))

    for (arguments, words) in [
      (["--bisect", "kernel.tdx-host-compile"], "did you mean kernel.tdx-host-compiled?"),
      (["--bisect", "R01", "--set", "candidat"], "did you mean candidate?"),
      (["candidate", "candidat"], "did you mean candidate?"),
    ] {
      let refused = try await Program.run(
        ["diff"] + arguments, cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"],
        state: folder.path)
      #expect(refused.ending == .exited(2), "\(refused.text)")
      #expect(refused.errors.contains(words), "\(refused.errors)")
    }
  }
}
