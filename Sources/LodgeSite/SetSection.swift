import LodgeModel

/// All that a person should know of one set: what works, what does not and why, what is missing.
struct SetSection {
  var set: Results.BuildSet
  var style: Style
  var width: Int

  /// The lines: who the set is, the table, the reasons, and how many cells ended how.
  var lines: [String] {
    let reasons = SetReasons(set: set).paragraphs.flatMap { $0.lines(width: width, style: style) }
    let blocks = [header, table, reasons, counts].filter { !$0.isEmpty }
    return Array(blocks.joined(separator: [""]))
  }

  private var header: [String] {
    // What a live host would have to show was not judged.
    let judged = Set(set.cells.filter { $0.outcome != .notRun }.map(\.stage))
    let stages = set.stages.filter(judged.contains).map(\.rawValue).joined(separator: ", ")
    let facts = [
      set.id.short, count(set.packages, "package"),
      stages.isEmpty ? "nothing was judged" : "judged at stage \(stages)",
    ]
    let title = style.paint(set.name.visible, .title) + "  " + facts.joined(separator: "  ")
    return [title]
      + set.accepted.flatMap {
        Paragraph(label: "!", tone: .doubt, indent: 2, text: $0)
          .lines(width: width, style: style)
      }
  }

  private var table: [String] {
    let verdictTitles = set.stages.count > 1 ? set.stages.map(\.rawValue) : ["together"]
    let titles = ["type"] + Member.allCases.map(\.title) + verdictTitles
    let blanks = Member.allCases.map { _ in Grid.Entry("") }
    let general = set.hasGeneralCells ? [[Grid.Entry("set")] + blanks + verdicts(on: nil)] : []
    let rows = [titles.map { Grid.Entry($0) }] + set.rows.map(row) + general
    return Grid(rows: rows).lines(style: style)
  }

  private func row(of type: DomainType) -> [Grid.Entry] {
    let answers = Member.allCases.map { member in
      let answer = set.support.first { $0.type == type && $0.member == member }?.answer
      return answer?.entry ?? Grid.Entry("-")
    }
    return [Grid.Entry(type.title)] + answers + verdicts(on: type)
  }

  private func verdicts(on type: DomainType?) -> [Grid.Entry] {
    set.stages.map { stage in
      guard let together = set.verdict(on: type, at: stage) else { return Grid.Entry("-") }
      return Grid.Entry(together.word, together.tone)
    }
  }

  private var counts: [String] {
    let outcomes = Outcome.allCases.map { outcome in
      "\(set.cells.count { $0.outcome == outcome }) \(outcome.title)"
    }
    let warnings = set.cells.flatMap(\.findings).count { $0.grade == .warn }
    let text =
      "\(count(set.cells.count, "cell")): \(outcomes.joined(separator: ", "))"
      + "; \(count(warnings, "warning"))"
    return Paragraph(label: "", indent: 0, text: text).lines(width: width, style: style)
  }
}

extension Results.BuildSet {
  /// The verdict on a type at a stage; nil where nothing was asked.
  func verdict(on type: DomainType?, at stage: Stage) -> Together? {
    let isAsked = cells.contains { $0.type == type && $0.stage == stage }
    let isTold = stage == .packages && support.contains { $0.type == type }
    return isAsked || isTold ? Together(type, at: stage, in: self) : nil
  }
}

extension Support.Answer {
  fileprivate var entry: Grid.Entry {
    switch self {
    case .offered: Grid.Entry("offered")
    case .notOffered: Grid.Entry("not offered", .faint)
    case .unknown: Grid.Entry("unknown", .doubt)
    }
  }
}
