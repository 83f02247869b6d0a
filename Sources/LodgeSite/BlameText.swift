package import LodgeModel

extension BlameReport {
  /// The answer for a terminal, without a newline at the end.
  ///
  /// For each cell it says who is to blame, and shows the mixes that prove it; cells of which the same
  /// was seen stand together.
  package func text(style: Style = .plain, width: Int = 100) -> String {
    let title = style.paint(
      "\(good.name) \(good.id.short) -> \(bad.name) \(bad.id.short)".visible, .title)
    let sizes = blamed.isEmpty ? [] : [counts]
    let blocks = groups.map { block(on: $0, style: style, width: width) }
    let others = innocents.flatMap { sentence, names in
      let more = names.count > 4 ? " and \(names.count - 3) more" : ""
      let told = names.prefix(names.count > 4 ? 3 : 4).joined(separator: ", ")
      return Paragraph(label: "", indent: 2, text: "\(told)\(more): \(sentence)")
        .lines(width: width, style: style)
    }
    var lines = [[title] + sizes] + blocks
    let impossible = obstacles(style: style, width: width)
    if !impossible.isEmpty { lines.append(["cannot be resolved"] + impossible) }
    if !others.isEmpty { lines.append(["nobody is to blame for"] + others) }
    if blamed.isEmpty && passed.isEmpty { lines.append(["neither set has such a cell"]) }
    if known > 0 {
      let launches = known == 1 ? "1 launch is" : "\(known) launches are"
      lines.append(["\(launches) known from before; --relaunch launches them anew"])
    }
    return lines.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var counts: String {
    let same = SetPart.allCases.filter { !parts.contains($0) }.map(\.title)
    return "swapped: \(parts.map(\.title).joined(separator: ", "))"
      + (same.isEmpty ? "" : "; the same in both: \(same.joined(separator: ", "))")
  }

  /// The cells that nobody is to blame for, by why not.
  private var innocents: [(sentence: String, names: [String])] {
    passed.reduce(into: []) { groups, cell in
      let name = name(cell.catalogue, cell.id, cell.type, cell.platform, cell.stage)
      if let place = groups.firstIndex(where: { $0.sentence == cell.sentence }) {
        groups[place].names.append(name)
      } else {
        groups.append((cell.sentence, [name]))
      }
    }
  }

  /// Why mixes could not be resolved, the same reasons once.
  private func obstacles(style: Style, width: Int) -> [String] {
    var told: [[String]] = []
    return mixes.filter { !$0.obstacles.isEmpty }.flatMap { mix -> [String] in
      guard !told.contains(mix.obstacles) else { return [] }
      told.append(mix.obstacles)
      let others = mixes.count { $0.obstacles == mix.obstacles } - 1
      let more = others > 0 ? " (and \(others) more)" : ""
      return Paragraph(
        label: "", indent: 2,
        text: "\(phrase(mix))\(more): \(mix.obstacles.prefix(3).joined(separator: "; "))"
      ).lines(width: width, style: style)
    }
  }

  /// Cells of which the same was seen, with the same answer.
  private var groups: [[Blamed]] {
    var groups: [[Blamed]] = []
    for cell in blamed {
      let key = cell.seen.map(\.outcome)
      let place = groups.firstIndex { group in
        group[0].seen.map(\.outcome) == key && group[0].culprits == cell.culprits
          && group[0].repairs == cell.repairs
      }
      if let place { groups[place].append(cell) } else { groups.append([cell]) }
    }
    return groups
  }

  private func block(on cells: [Blamed], style: Style, width: Int) -> [String] {
    let heads = cells.map { cell in
      style.paint(
        name(cell.catalogue, cell.id, cell.type, cell.platform, cell.stage).visible, .title)
    }
    let cell = cells[0]
    let told = [("", cell.sentence)] + brought(by: cell) + [("reason", cell.seen[1].reason)]
    return heads
      + told.flatMap { label, text in
        Paragraph(label: "  \(label)", indent: label.isEmpty ? 2 : 10, text: text)
          .lines(width: width, style: style)
      }
      + [""] + table(of: cell).lines(style: style).map { "  " + $0 }
  }

  /// What came along with the culprit, which could be the true one.
  private func brought(by cell: Blamed) -> [(String, String)] {
    cell.culprits.compactMap { culprit in
      let mix = mixes.first { mix in
        parts.allSatisfy { mix.parts[$0] == (culprit.contains($0) ? bad.name : good.name) }
      }
      guard let mix, !mix.along.isEmpty else { return nil }
      let more = mix.along.count > 6 ? ", ..." : ""
      return (
        "along",
        "with \(listed(culprit)) came \(mix.along.count) packages of \(bad.name) that it needs: "
          + mix.along.prefix(6).joined(separator: ", ") + more
      )
    }
  }

  private func table(of cell: Blamed) -> Grid {
    let titles = (parts.map(\.title) + ["outcome"]).map { Grid.Entry($0, .title) }
    return Grid(
      rows: [titles]
        + zip(mixes, cell.seen).map { mix, seen in
          parts.map { part in
            let giver = mix.parts[part] ?? ""
            return Grid.Entry(giver, giver == bad.name ? nil : .faint)
          } + [seen.entry]
        })
  }

  /// The set that gives most, and what is taken from the other.
  private func phrase(_ mix: Mix) -> String {
    let taken = parts.filter { mix.parts[$0] == bad.name }
    let left = parts.filter { !taken.contains($0) }
    return taken.count <= left.count
      ? "\(good.name) with \(bad.name)'s \(listed(taken))"
      : "\(bad.name) with \(good.name)'s \(listed(left))"
  }

  private func listed(_ parts: [SetPart]) -> String {
    parts.map { $0 == .rest ? "other packages" : $0.title }.joined(separator: ", ")
  }

  private func name(
    _ catalogue: String?, _ id: String, _ type: DomainType?, _ platform: String?, _ stage: Stage
  ) -> String {
    ([catalogue, id].compactMap(\.self) + [type.map { "(\($0.title))" }].compactMap(\.self)
      + [platform.map { "on \($0)" }].compactMap(\.self) + ["at \(stage.rawValue)"])
      .joined(separator: " ")
  }
}

extension BlameReport.Seen {
  fileprivate var entry: Grid.Entry {
    switch outcome {
    case .pass: Grid.Entry("pass", .good)
    case .fail: Grid.Entry("FAIL", .bad)
    case .blocked: Grid.Entry("blocked", .bad)
    case .notApplicable: Grid.Entry("not applicable", .faint)
    case .notRun: Grid.Entry("not run", .doubt)
    case .error: Grid.Entry("error", .trouble)
    case nil: Grid.Entry(reason.hasPrefix("cannot") ? "cannot be resolved" : "-", .doubt)
    }
  }
}
