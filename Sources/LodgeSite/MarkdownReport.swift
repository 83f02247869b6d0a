package import LodgeModel

/// Results as a comment on a merge request: verdicts, counts, and what is red with its remedies.
///
/// What packages and matrix files say stands in code spans and code blocks alone, where neither GitLab
/// nor GitHub look for markup, HTML, mentions, references or quick actions, and never begins a line.
package struct MarkdownReport {
  /// Bytes that the reds may take; GitHub's comments hold 65536 characters.
  private static let room = 40_000
  private let results: Results

  package init(_ results: Results) { self.results = results }

  /// The comment, with a newline at the end.
  package var text: String {
    guard !results.sets.isEmpty else { return "Lodge: no set was judged\n" }
    let blocks = [verdicts, counts] + results.sets.flatMap(reasons)
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var types: [DomainType] { Set(results.sets.flatMap(\.rows)).sorted() }

  /// A row for each set and stage, a column for each type.
  private var verdicts: [String] {
    let rows = results.sets.flatMap { set in
      set.stages.map { stage in
        [set.cell, stage.rawValue]
          + (types.map(Optional.some) + [nil]).map { set.verdict(on: $0, at: stage)?.cell ?? "-" }
      }
    }
    return table(["set", "stage"] + types.map(\.title) + ["the set"], rows)
  }

  /// How many cells ended how.
  private var counts: [String] {
    let rows = results.sets.map { set in
      [set.cell, "\(set.packages)", "\(set.cells.count)"]
        + Outcome.allCases.map { outcome in "\(set.cells.count { $0.outcome == outcome })" }
    }
    return table(["set", "packages", "cells"] + Outcome.allCases.map(\.title), rows)
  }

  private func table(_ titles: [String], _ rows: [[String]]) -> [String] {
    ([titles, titles.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |" }
  }

  /// What is red in a set and what it accepts, in the words of the terminal; nothing where all is well.
  private func reasons(of set: Results.BuildSet) -> [[String]] {
    let accepted = set.accepted.map { Paragraph(label: "!", indent: 13, text: $0) }
    let lines = (accepted + SetReasons(set: set).reds).flatMap {
      $0.lines(width: 100, style: .plain)
    }
    guard !lines.isEmpty else { return [] }
    var left = Self.room / results.sets.count
    let shown = lines.prefix { line in
      left -= line.utf8.count + 1
      return left >= 0
    }
    let more = lines.count - shown.count
    let longest = shown.map(\.longestBackticks).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return [
      ["Set \(set.name.code):"], ["\(fence)text"] + shown + [fence],
    ] + (more > 0 ? [["And \(more) more lines, which `lodge matrix` prints"]] : [])
  }
}

extension Results.BuildSet {
  /// The set as an entry of a table.
  fileprivate var cell: String { "\(name.code) \(id.short.code)" }
}

extension Together {
  /// The verdict as an entry of a table; red ones stand out.
  fileprivate var cell: String {
    switch self {
    case .fail, .error, .blocked: "**\(title)**"
    case .pass, .notOffered, .notApplicable, .notRun: title
    }
  }
}
