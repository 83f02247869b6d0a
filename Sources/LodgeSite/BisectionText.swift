import LodgeModel
package import LodgeRelease

/// Where cells began to fail, as a person reads it in a terminal.
package struct BisectionText {
  /// Cells of one kind of answer that are shown.
  private static let shown = 60
  /// How many cells may be asked about for each to be named.
  private static let named = 12
  private let found: [BisectionDocument.Found]
  private let style: Style
  private let width: Int

  package init(_ found: [BisectionDocument.Found], style: Style = .plain, width: Int = 100) {
    (self.found, self.style, self.width) = (found, style, width)
  }

  /// The lines, without a newline at the end.
  package var text: String {
    found.flatMap(blocks).map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func blocks(_ found: BisectionDocument.Found) -> [[String]] {
    let bisection = found.bisection
    let head =
      [
        style.paint(
          "\(bisection.name.visible): \(count(bisection.sets.count, "set")), oldest first", .title)
      ] + bisection.sets.indices.map { "  \(label($0, bisection))" }
    let answers = Bisection.Standing.allCases.flatMap { standing -> [[String]] in
      let histories = bisection.histories.filter { $0.standing == standing }
      guard !histories.isEmpty else { return [] }
      // Of many cells, those that never changed are only counted.
      guard bisection.histories.count <= Self.named || standing.isChange else {
        return [["\(standing.title): \(count(histories.count, "cell"))"]]
      }
      let more = histories.count - Self.shown
      return [
        [style.paint("\(standing.title): \(count(histories.count, "cell"))", standing.tone)]
          + histories.prefix(Self.shown).flatMap { lines($0, bisection) }
          + (more > 0 ? ["  and \(more) more, which --json lists"] : [])
      ]
    }
    let spans = bisection.spans.compactMap { span -> [String]? in
      guard let packages = found.packages[span] else { return nil }
      let way = "\(label(span.from, bisection)) -> \(label(span.to, bisection))"
      return [
        style.paint("packages from \(way): \(packages.changes.count) changed", .title)
      ] + PackageChangesText(packages).lines
    }
    return [head] + answers + spans
  }

  private func lines(_ history: Bisection.History, _ bisection: Bisection) -> [String] {
    let stage = history.stage == .packages ? "" : " at \(history.stage.rawValue)"
    var lines = ["  \((history.claim.title + stage).visible)"]
    if let breakage = history.breakage {
      lines += paragraph("first bad: \(first(of: breakage, history, bisection))")
      lines += paragraph("last good: \(place(history, breakage.from, bisection))")
    }
    if history.standing == .recovered, let repair = history.changes.last {
      lines += paragraph("good again: \(first(of: repair, history, bisection))")
    }
    if history.isFlapping {
      let changes = history.changes.map { change in
        let unknown = change.unknown.map { place(history, $0, bisection) }
        return "\(label(change.from, bisection)) -> \(label(change.to, bisection)):"
          + " \(change.becomes.rawValue)"
          + (unknown.isEmpty ? "" : " (unknown: \(unknown.joined(separator: ", ")))")
      }
      lines += paragraph("it changed \(changes.count) times: \(changes.joined(separator: "; "))")
    }
    let since = history.unjudgedSince
    if history.standing != .neverJudged, !since.isEmpty {
      let places = since.map { place(history, $0, bisection) }
      lines += paragraph("not judged since: \(places.joined(separator: ", "))")
    }
    return lines
  }

  /// The first set of a state, or all that may be it.
  private func first(
    of change: Bisection.Change, _ history: Bisection.History, _ bisection: Bisection
  ) -> String {
    let candidates = change.candidates.map { place(history, $0, bisection) }
    return candidates.count == 1
      ? candidates[0] : "one of \(candidates.joined(separator: ", "))"
  }

  private func paragraph(_ text: String) -> [String] {
    Paragraph(label: "", indent: 4, text: text).lines(width: width, style: style)
  }

  /// A set by its place and id.
  private func label(_ index: Int, _ bisection: Bisection) -> String {
    "\(index + 1) \(bisection.sets[index].short)"
  }

  private func place(
    _ history: Bisection.History, _ index: Int, _ bisection: Bisection
  ) -> String {
    "\(label(index, bisection)) (\(history.outcomes[index]?.title ?? "not recorded"))"
  }
}

extension Bisection.Standing {
  fileprivate var title: String {
    switch self {
    case .broke: "fails since"
    case .recovered: "failed, and is good again"
    case .alwaysBad: "failed on every set that was judged"
    case .alwaysGood: "never failed"
    case .neverJudged: "never judged"
    }
  }

  fileprivate var isChange: Bool { self == .broke || self == .recovered }

  fileprivate var tone: Tone {
    switch self {
    case .broke, .alwaysBad: .bad
    case .recovered, .alwaysGood: .good
    case .neverJudged: .doubt
    }
  }
}
