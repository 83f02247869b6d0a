package import Foundation
import LodgeHost
package import LodgeModel

/// A program that others read exports with, and what it makes of one.
package enum ExportReader: String, CaseIterable, Sendable {
  case junit, tap, kcidb, tmt, markdown

  /// Why tests with them are skipped.
  package static let missing =
    "LODGE_TEST_PEERS names no environment with kcidb-io and tmt; Scripts/test makes one"

  /// Whether the environment that holds most of them is here.
  package static let areThere = FixtureHub.peers != nil

  /// How often the reader found each of its own words.
  ///
  /// - Throws: what it objects to.
  package func counts(of export: Data) async throws -> [String: Int] {
    switch self {
    case .junit: return try await junit(export)
    case .tap:
      let counts = try await count("perl", ["\(Self.folder)/read-tap.pl"], export)
      let others = try await count(python, ["-B", script, rawValue], export)
      // The other one knows no escaped number signs, and takes a text behind one for a directive;
      // but it reads YAML by a whole reader of YAML.
      let blocks = [counts, others].map { $0["yaml"] ?? 0 }
      guard blocks[0] == blocks[1] else { throw Disagreement(blocks: blocks) }
      return counts
    case .kcidb, .tmt, .markdown:
      return try await count(python, ["-B", script, rawValue], export)
    }
  }

  /// How often the reader should find each word in an export of results; of a comment, how many rows
  /// its tables have.
  package func expected(of results: Results) -> [String: Int] {
    let cells = results.sets.flatMap(\.cells)
    switch self {
    case .markdown:
      let stages = results.sets.map { Set($0.cells.map(\.stage)).count }
      return results.sets.isEmpty ? [:] : ["tr": 2 + stages.reduce(0, +) + stages.count]
    case .tap:
      let spoken = cells.count { cell in
        [.fail, .error, .blocked].contains(cell.outcome)
          || cell.outcome == .pass && cell.findings.contains { $0.grade != .info }
      }
      return counts(cells).merging(["yaml": spoken]) { $1 }
    case .junit: return counts(cells).merging(["testcase": cells.count]) { $1 }
    case .kcidb, .tmt: return counts(cells)
    }
  }

  /// The words of what is compared; a comment's other elements are its own affair.
  package func compared(_ counts: [String: Int]) -> [String: Int] {
    counts.filter { word, count in
      count > 0 && (self != .markdown || word == "tr") && word != "exit code"
    }
  }

  private func counts(_ cells: [Cell]) -> [String: Int] {
    cells.reduce(into: [:]) { counts, cell in
      guard let word = word(for: cell.outcome) else { return }
      counts[word, default: 0] += 1
    }
  }

  private func word(for outcome: Outcome) -> String? {
    switch (self, outcome) {
    case (.junit, .pass), (.markdown, _): nil
    case (.junit, .fail): "failure"
    case (.junit, .error): "error"
    case (.junit, _): "skipped"
    case (.tap, .pass): "ok"
    case (.tap, .fail), (.tap, .error), (.tap, .blocked): "not ok"
    case (.tap, _): "skip"
    case (.kcidb, .pass): "PASS"
    case (.kcidb, .fail): "FAIL"
    case (.kcidb, .error): "ERROR"
    case (.kcidb, .blocked), (.kcidb, .notRun): "MISS"
    case (.kcidb, .notApplicable): "SKIP"
    case (.tmt, .pass): "pass"
    case (.tmt, .fail): "fail"
    case (.tmt, .error): "error"
    case (.tmt, .blocked): "pending"
    case (.tmt, _): "skip"
    }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../ExportReaders").standardized.path(percentEncoded: false)

  private var script: String { "\(Self.folder)/read-exports.py" }

  private var python: String { "\(FixtureHub.peers ?? "")/bin/python" }

  private func count(
    _ program: String, _ arguments: [String], _ export: Data
  ) async throws -> [String: Int] {
    let finished = try await Command(program, arguments, input: export).succeed()
    return try JSONDecoder().decode([String: Int].self, from: finished.output)
  }

  private func junit(_ export: Data) async throws -> [String: Int] {
    _ = try await Command(
      "xmllint", ["--nonet", "--noout", "--schema", "\(Self.folder)/junit-10.xsd", "-"],
      input: export
    ).succeed()
    var counts: [String: Int] = [:]
    for word in ["testcase", "failure", "error", "skipped"] {
      let found = try await Command(
        "xmllint", ["--nonet", "--xpath", "count(//\(word))", "-"], input: export
      ).succeed()
      counts[word] = Int(found.text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    return counts
  }

  private struct Disagreement: Error { let blocks: [Int] }
}
