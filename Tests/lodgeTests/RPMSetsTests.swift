import Foundation
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

/// A SIG's sets as the program judges them, those that were broken on purpose among them.
@Suite(.serialized, .enabled(if: RPMBed.shared != nil, Comment(rawValue: RPMBed.missing)))
struct RPMSetsTests {
  private let bed: RPMBed
  private let folder: TemporaryFolder
  private let matrix: String

  init() throws {
    bed = try #require(RPMBed.shared)
    folder = try TemporaryFolder()
    let sources = [
      "older": ("older/base", "older/sig"), "newer": ("newer/base", "newer/sig"),
      "old-qemu": ("newer/base", "broken/old-qemu"),
      "stock-qemu": ("newer/base", "broken/stock-qemu"),
      "updated-alone": ("newer/base", "broken/updated-alone"),
    ]
    let bed = bed
    let sets = sources.sorted { $0.key < $1.key }.map { name, paths in
      let repositories = [("base", paths.0), ("sig", paths.1)].map { id, path in
        "{id: \(id), baseurl: \"file://\(bed.repository(path))\", gpgkey: \"\(bed.key("sig"))\"}"
      }
      return """
          \(name):
            rpm: {repos: [\(repositories.joined(separator: ", "))], releasever: "10", arch: x86_64}
            packages: [\(RPMBed.members.joined(separator: ", "))]
        """
    }
    matrix = try folder.write("sets:\n\(sets.joined(separator: "\n"))\n", to: "matrix.yaml")
  }

  private func lodge(_ arguments: String...) async throws -> Command.Finished {
    try await Program.run(
      arguments + ["--matrix", matrix],
      cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"], state: folder.path)
  }

  /// The cells of a set's packages by contract and type.
  private func cells(_ set: String) async throws -> [String: Outcome] {
    let finished = try await lodge("check", "--set", set, "--json")
    let results = try CanonicalJSON.decode(Results.self, from: finished.output)
    let cells = try #require(results.sets.first?.cells, "\(finished.errors)")
    return Dictionary(
      uniqueKeysWithValues: cells.filter { $0.stage == .packages }.map {
        ("\($0.catalogue ?? $0.id) \($0.type?.rawValue ?? "set")", $0.outcome)
      })
  }

  @Test(arguments: [("older", "trixie"), ("newer", "sid")])
  func theSamePackagesAreJudgedAlikeInBothFormats(rpms: String, debs: String) async throws {
    let ours = try await cells(rpms)
    let finished = try await Program.run(
      ["check", "--set", debs, "--json", "--offline", "--matrix", Self.debian],
      cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"], state: folder.path)
    let theirs = try CanonicalJSON.decode(Results.self, from: finished.output).sets[0].cells
      .filter { $0.stage == .packages }
    #expect(ours.count == theirs.count)
    for cell in theirs {
      let key = "\(cell.catalogue ?? cell.id) \(cell.type?.rawValue ?? "set")"
      #expect(ours[key] == cell.outcome, "\(key)")
    }
  }

  private static let debian = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Matrices/debian.yaml").standardized.path(percentEncoded: false)

  @Test(arguments: ["old-qemu", "stock-qemu"])
  func aQEMUThatIsBehindFailsWhateverItsVersionSays(_ set: String) async throws {
    let (whole, broken) = (try await cells("newer"), try await cells(set))
    for key in ["R03 tdx", "R26 tdx"] {
      #expect(whole[key] == .pass && broken[key] == .fail, "\(key)")
    }
    let changes = try await lodge("set", "diff", "newer", set)
    #expect(changes.ending == .exited(1))
    let names = changes.text.split(separator: "\n").compactMap {
      $0.split(separator: " ").dropFirst().first.map(String.init)
    }
    #expect(!names.isEmpty && names.allSatisfy { $0.hasPrefix("qemu-kvm") }, "\(changes.text)")
  }

  /// The repository that hosts have besides is given no chance by the matrix, and wins on a host.
  @Test(arguments: [("priority: 10", "priority: 90"), ("priority: 50", "exclude: [\"*\"]")])
  func anOlderQEMUIsOutrankedByTheOneThatTheMatrixHides(
    chosen: String, hidden: String
  ) async throws {
    func repository(_ id: String, _ path: String, _ more: String) -> String {
      "{id: \(id), baseurl: \"file://\(bed.repository(path))\", gpgkey: \"\(bed.key("sig"))\", \(more)}"
    }
    let file = try folder.write(
      """
      sets:
        hidden:
          rpm:
            repos:
              - \(repository("base", "newer/base", "priority: 50"))
              - \(repository("own", "broken/old-qemu", chosen))
              - \(repository("stock", "newer/sig", hidden))
            releasever: "10"
          packages: [\(RPMBed.members.joined(separator: ", "))]
      """, to: "hidden.yaml")
    let finished = try await Program.run(
      ["check", "--json", "--set", "hidden", "--matrix", file],
      cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"], state: folder.path)
    let cells = try CanonicalJSON.decode(Results.self, from: finished.output).sets[0].cells
    let outranked = cells.first { $0.catalogue == "R68" }?.findings ?? []
    #expect(outranked.contains { $0.summary.contains("qemu-kvm-core") }, "\(finished.errors)")
    #expect(outranked.allSatisfy { $0.summary.contains(" of stock") }, "\(outranked)")
    #expect(cells.first { $0.catalogue == "C10" }?.findings == [])
  }

  @Test func aMemberThatWasUpdatedAloneIsNamed() async throws {
    let changes = try await lodge("set", "diff", "newer", "updated-alone")
    let old = bed.release("edk2", of: "newer")
    let new = old.replacing("-2.sig", with: "-3.sig")
    #expect(
      changes.text == "~ edk2-ovmf \(old) -> \(new) noarch\n", "\(changes.text)\(changes.errors)")
    #expect(try await cells("newer") != cells("updated-alone"))
    let same = try await lodge("set", "diff", "newer", "newer")
    #expect(same.ending == .exited(0) && same.text.isEmpty)
  }

  @Test func thePlanIsWhatTheLockHas() async throws {
    let plan = try await lodge("set", "resolve", "newer", "--plan").text
    let lock = try Lock(reading: try await lodge("set", "resolve", "newer").output)
    let planned = Set(plan.split(separator: "\n").compactMap { $0.split(separator: " ").first })
    #expect(
      planned == Set(lock.packages.map { "\($0.name)-\($0.version).\($0.architecture)"[...] }))
  }
}
