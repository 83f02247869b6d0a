package import Foundation
package import LodgeModel
import LodgeRelease

/// The sets that were recorded last, a row each: what became better or worse from build to build.
package struct SetHistory {
  /// One set with how many of its cells have which outcome, by type; without type, the set's own.
  package struct Row {
    let id: Digest
    let name: String
    let seen: Date
    let counts: [DomainType?: [Outcome: Int]]

    package init(id: Digest, name: String, seen: Date, counts: [DomainType?: [Outcome: Int]]) {
      (self.id, self.name, self.seen, self.counts) = (id, name, seen, counts)
    }
  }

  private let rows: [Row]
  private let style: Style

  /// Prepares a table of sets in their order.
  package init(_ rows: [Row], style: Style = .plain) { (self.rows, self.style) = (rows, style) }

  /// The lines, without a newline at the end.
  package var text: String {
    guard !rows.isEmpty else { return "no set was recorded" }
    let types = (DomainType.allCases.map(Optional.some) + [nil]).filter { type in
      rows.contains { $0.counts[type] != nil }
    }
    let titles = ["set", "id", "last run"] + types.map { $0?.title ?? "set" }
    let lines = rows.map { row in
      [
        Grid.Entry(row.name, .title), Grid.Entry(row.id.short), Grid.Entry(row.seen.utc),
      ] + types.map { Self.verdict(row.counts[$0] ?? [:]) }
    }
    return Grid(rows: [titles.map { Grid.Entry($0) }] + lines).lines(style: style)
      .joined(separator: "\n")
  }

  /// The worst of some cells, with how many are so of all that were looked at.
  private static func verdict(_ counts: [Outcome: Int]) -> Grid.Entry {
    let judged = [Outcome.pass, .fail, .error, .blocked].reduce(0) { $0 + (counts[$1] ?? 0) }
    for (outcome, word, tone) in [
      (Outcome.fail, "FAIL", Tone.bad), (.error, "error", .trouble), (.blocked, "blocked", .doubt),
    ] {
      if let count = counts[outcome] { return Grid.Entry("\(word) \(count) of \(judged)", tone) }
    }
    if counts[.pass] != nil { return Grid.Entry("pass", .good) }
    if counts[.notRun] != nil { return Grid.Entry("not run", .doubt) }
    return Grid.Entry(counts[.notApplicable] == nil ? "-" : "not applicable", .faint)
  }
}
