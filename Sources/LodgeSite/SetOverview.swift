import LodgeModel

/// The verdicts of several sets side by side.
struct SetOverview {
  var sets: [Results.BuildSet]
  var style: Style
  var width: Int

  /// One grid, or as many below each other as the width asks for; then what sets accept.
  var lines: [String] {
    let grids = columns.map { Grid(rows: rows(of: $0)).lines(style: style) }
    let accepted = sets.flatMap { set in
      set.accepted.flatMap { sentence in
        Paragraph(label: "!", tone: .doubt, indent: 2, text: "\(set.name): \(sentence)")
          .lines(width: width, style: style)
      }
    }
    return Array((grids + (accepted.isEmpty ? [] : [accepted])).joined(separator: [""]))
  }

  /// The sets in groups that fit beside the titles of the rows.
  private var columns: [[Results.BuildSet]] {
    var groups: [[Results.BuildSet]] = []
    var used = 0
    for set in sets {
      let verdicts = rows.map { verdict(on: $0.type, at: $0.stage, of: set).text.count }
      let column = Grid.gap + max(name(of: set).count, verdicts.max() ?? 0)
      if groups.isEmpty || used + column > width {
        groups.append([])
        used = titles(of: rows).map(\.count).max() ?? 0
      }
      groups[groups.count - 1].append(set)
      used += column
    }
    return groups
  }

  private func rows(of sets: [Results.BuildSet]) -> [[Grid.Entry]] {
    let names = [Grid.Entry("")] + sets.map { Grid.Entry(name(of: $0), .title) }
    let verdicts = zip(rows, titles(of: rows)).map { row, title in
      [Grid.Entry(title)] + sets.map { verdict(on: row.type, at: row.stage, of: $0) }
    }
    return [names] + verdicts
  }

  /// One row for each type and stage; promises about no one type come last.
  private var rows: [(type: DomainType?, stage: Stage)] {
    let typed = Set(sets.flatMap(\.rows)).sorted().map(Optional.some)
    let types = typed + (sets.contains(where: \.hasGeneralCells) ? [nil] : [])
    return types.flatMap { type in
      stages.filter { stage in stage == .packages || hasCells(on: type, at: stage) }
        .map { (type, $0) }
    }
  }

  private var stages: [Stage] { Set(sets.flatMap(\.stages)).sorted() }

  private func hasCells(on type: DomainType?, at stage: Stage) -> Bool {
    sets.contains { set in set.cells.contains { $0.type == type && $0.stage == stage } }
  }

  /// The type, and the stage where there is more than one.
  private func titles(of rows: [(type: DomainType?, stage: Stage)]) -> [String] {
    rows.map { row in
      let type = row.type?.title ?? "set"
      return stages.count > 1 ? "\(type), \(row.stage.rawValue)" : type
    }
  }

  private func verdict(
    on type: DomainType?, at stage: Stage, of set: Results.BuildSet
  ) -> Grid.Entry {
    guard type.map(set.rows.contains) ?? set.hasGeneralCells,
      let together = set.verdict(on: type, at: stage)
    else { return Grid.Entry("-") }
    return Grid.Entry(together.title, together.tone)
  }

  /// The set's name, cut where it would take the whole line.
  private func name(of set: Results.BuildSet) -> String {
    let room = width / 3
    let name = set.name.visible
    return name.count > room ? name.prefix(room - 1) + "…" : name
  }
}
