import LodgeModel
package import LodgeRelease

/// What became otherwise between two sets, as a person reads it in a terminal: new failures first.
package struct ComparisonText {
  /// Cells of one category that are shown.
  private static let shown = 60
  private let comparison: Comparison
  private let style: Style
  private let width: Int

  package init(_ comparison: Comparison, style: Style = .plain, width: Int = 100) {
    (self.comparison, self.style, self.width) = (comparison, style, width)
  }

  /// The lines, without a newline at the end.
  package var text: String {
    let blocks = [head] + CellChanges.Category.allCases.map(cells) + [packages, evidence]
    return
      (blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      + [comparison.difference.measurementText(style: style, width: width)])
      .joined(separator: "\n\n")
  }

  private var head: [String] {
    let (before, after) = (comparison.difference.before, comparison.difference.after)
    return [
      style.paint(
        "\(before.name) \(before.id.short) -> \(after.name) \(after.id.short)".visible, .title),
      comparison.cells.counts,
    ]
  }

  private func cells(_ category: CellChanges.Category) -> [String] {
    let changes = comparison.cells.of(category)
    guard !changes.isEmpty else { return [] }
    let groups = ChangedCells.merging(changes)
    let more = groups.count - Self.shown
    return [style.paint("\(category.title): \(changes.count)", category.tone)]
      + groups.prefix(Self.shown).flatMap { cell in
        let reason = cell.reason.isEmpty ? "" : ": \(cell.reason)"
        return item("\(cell.title): \(cell.states("->", in: category))\(reason)")
      } + (more > 0 ? ["  and \(more) more, which --json lists"] : [])
  }

  private var packages: [String] {
    let changes = comparison.packages.changes
    return [style.paint("packages: \(changes.count) changed", changes.isEmpty ? nil : .title)]
      + PackageChangesText(comparison.packages).lines
  }

  private var evidence: [String] {
    let evidence = comparison.evidence
    guard evidence.unknown.isEmpty else {
      return ["evidence: not compared"] + evidence.unknown.flatMap(item)
    }
    let changed = evidence.facts.count
    return [
      style.paint(
        "evidence: \(changed) facts changed, \(evidence.unchanged) are alike",
        changed == 0 ? nil : .title)
    ] + evidence.facts.flatMap { item("\($0.counts): \($0.words(3))") }
  }

  private func item(_ text: String) -> [String] {
    Paragraph(label: "  -", indent: 4, text: text).lines(width: width, style: style)
  }
}

extension CellChanges {
  /// How many cells became what, on one line.
  var counts: String {
    let parts = Category.allCases.filter { !of($0).isEmpty }.map {
      "\(of($0).count) \($0.title)"
    }
    return "cells: \((parts + ["\(unchanged) unchanged"]).joined(separator: ", "))"
  }
}

extension CellChanges.Category {
  /// What it means to the eye.
  var tone: Tone? {
    switch self {
    case .newFailures, .stillFailing: .bad
    case .fixed, .newlyJudged: .good
    case .newlyNotRun, .disappeared: .doubt
    case .appeared, .other: .title
    }
  }
}

extension EvidenceChanges.Change {
  /// The fact, and how many of its entries differ.
  var counts: String {
    let parts = [(added, "added"), (removed, "removed"), (changed, "changed")]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return "\(title): \(parts.joined(separator: ", "))"
  }

  /// The first entries, and that there are more.
  func words(_ limit: Int) -> String {
    let shown = entries.prefix(limit).map(\.words)
    let more = added + removed + changed - shown.count
    return (shown + (more > 0 ? ["and \(more) more"] : [])).joined(separator: "; ")
  }
}

extension EvidenceChanges.Entry {
  fileprivate var words: String {
    let place = path.isEmpty ? "" : "\(path) "
    return switch kind {
    case .added: "+ \(place)\(after)"
    case .removed: "- \(place)\(before)"
    case .changed: "~ \(place)\(before) -> \(after)"
    }
  }
}
