import LodgeModel
package import LodgeRelease

/// What became otherwise between two sets, as a comment on a merge request: new failures first.
///
/// What packages and matrix files say stands in code spans alone, as in ``MarkdownReport``, and never
/// begins a line.
package struct ComparisonMarkdown {
  /// Bytes of a comment; GitHub's hold 65536 characters, and GitLab's a million.
  package static let limit = 65_536
  /// Items of a list that are shown without being asked for.
  private static let open = 20
  private let comparison: Comparison

  package init(_ comparison: Comparison) { self.comparison = comparison }

  /// One part of the comment.
  private struct Section {
    var title: String
    var items: [String]
    /// Whether its first items are shown without being asked for.
    var isOpen = false
  }

  /// The comment, with a newline at the end, in at most ``limit`` bytes.
  package var text: String {
    let (before, after) = (comparison.difference.before, comparison.difference.after)
    var text =
      "Lodge: \(before.name.code) \(before.id.short.code) → \(after.name.code)"
      + " \(after.id.short.code)\n\n\(comparison.cells.counts)\n"
    // Room for what says that something was left out.
    var left = Self.limit - text.utf8.count - 200
    var omitted: [String] = []
    for section in sections {
      let rendered = render(section, in: left)
      if let rendered {
        text += rendered
        left -= rendered.utf8.count
      } else {
        omitted.append(section.title)
      }
    }
    guard !omitted.isEmpty else { return text }
    return text
      + "\nLeft out for want of room: \(omitted.count) more lists, which `lodge diff` prints\n"
  }

  /// A section with as many of its items as there is room for; nil where there is none for any.
  private func render(_ section: Section, in room: Int) -> String? {
    // The fold around the items, and the line that counts what is not shown.
    var left = room - section.title.utf8.count - 160
    let items = section.items.prefix { item in
      left -= item.utf8.count + 3
      return left >= 0
    }
    guard !items.isEmpty else { return nil }
    let more = section.items.count - items.count
    let lines =
      items.map { "- \($0)" } + (more > 0 ? ["- and \(more) more, which `lodge diff` prints"] : [])
    let shown = section.isOpen ? min(Self.open, lines.count) : 0
    let (first, rest) = (lines.prefix(shown), lines.dropFirst(shown))
    let head = section.isOpen ? "\n**\(section.title)**\n\n" : ""
    let summary = section.isOpen ? "\(rest.count) more" : section.title
    let fold =
      rest.isEmpty
      ? "" : "\n<details><summary>\(summary)</summary>\n\n\(joined(rest))\n</details>\n"
    return head + joined(first) + fold
  }

  private func joined(_ lines: ArraySlice<String>) -> String {
    lines.map { "\($0)\n" }.joined()
  }

  private var sections: [Section] {
    (CellChanges.Category.allCases.map(cells)
      + [packages, measurements, evidence, changelogs]).filter { !$0.items.isEmpty }
  }

  private func cells(_ category: CellChanges.Category) -> Section {
    let changes = comparison.cells.of(category)
    return Section(
      title: "\(category.title): \(changes.count)",
      items: ChangedCells.merging(changes).map { cell in
        let reason = cell.reason.isEmpty ? "" : ": \(cell.reason.code(300))"
        return "\(cell.title.code(160)): \(cell.states("→", in: category))\(reason)"
      }, isOpen: [.newFailures, .fixed].contains(category))
  }

  private var packages: Section {
    let changes = comparison.packages.changes
    return Section(
      title: "packages: \(changes.count) changed", items: changes.map { $0.line.code(200) })
  }

  private var changelogs: Section {
    let logs = comparison.packages.changelogs
    let ofMembers = Set(
      comparison.packages.changes.filter { $0.member != nil }.compactMap(\.changelog))
    return Section(
      title: "changelogs: \(logs.count)",
      items: logs.enumerated().map { number, log in
        let names = log.packages.prefix(3).joined(separator: ", ")
        let more = log.packages.count > 3 ? " and \(log.packages.count - 3) more" : ""
        let versions = "\(log.before) -> \(log.after)"
        return "\(names.code(120))\(more) \(versions.code(120))"
          + log.lines(ofMembers.contains(number) ? 12 : 2).map { "\n  - \($0.trimmed.code(160))" }
          .joined()
      })
  }

  private var evidence: Section {
    let evidence = comparison.evidence
    guard evidence.unknown.isEmpty else {
      return Section(
        title: "evidence: not compared", items: evidence.unknown.map { $0.code(300) })
    }
    return Section(
      title: "evidence: \(evidence.facts.count) facts changed",
      items: evidence.facts.map { "\($0.counts): \($0.words(3).code(400))" })
  }

  private var measurements: Section {
    let difference = comparison.difference
    return Section(
      title: "launch measurements: \(difference.measurements.count) changed",
      items: difference.measurements.map { change in
        let place = "\(change.scenario) on \(change.platform): \(change.domain)"
        let why = change.differences.first.map { ": \($0.code(200))" } ?? ""
        return "\(place.code(160)): \(change.before.prefix(16).description.code) →"
          + " \(change.after.prefix(16).description.code)\(why)"
      })
  }
}

extension String {
  /// The text without spaces around it.
  fileprivate var trimmed: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}
