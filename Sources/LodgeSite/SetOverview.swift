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
      let verdicts = types.map { verdict(on: $0, of: set).text.count }
      let column = Grid.gap + max(name(of: set).count, verdicts.max() ?? 0)
      if groups.isEmpty || used + column > width {
        groups.append([])
        used = DomainType.sevSNP.title.count
      }
      groups[groups.count - 1].append(set)
      used += column
    }
    return groups
  }

  private func rows(of sets: [Results.BuildSet]) -> [[Grid.Entry]] {
    let titles = [Grid.Entry("")] + sets.map { Grid.Entry(name(of: $0), .title) }
    let verdicts = types.map { type in
      [Grid.Entry(type?.title ?? "set")] + sets.map { verdict(on: type, of: $0) }
    }
    return [titles] + verdicts
  }

  private var types: [DomainType?] {
    let typed = Set(sets.flatMap(\.rows)).sorted().map(Optional.some)
    return typed + (sets.contains(where: \.hasGeneralCells) ? [nil] : [])
  }

  private func verdict(on type: DomainType?, of set: Results.BuildSet) -> Grid.Entry {
    guard type.map(set.rows.contains) ?? set.hasGeneralCells else { return Grid.Entry("-") }
    let together = Together(type, in: set)
    return Grid.Entry(together.title, together.tone)
  }

  /// The set's name, cut where it would take the whole line.
  private func name(of set: Results.BuildSet) -> String {
    let room = width / 3
    let name = set.name.visible
    return name.count > room ? name.prefix(room - 1) + "…" : name
  }
}
