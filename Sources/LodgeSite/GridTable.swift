import LodgeModel

/// A grid of mixes: rows and columns of combinations, for each domain type the verdict on each.
struct GridTable {
  var grid: Matrix.Grid
  /// By name.
  var sets: [String: Results.BuildSet]
  var style: Style
  var width: Int

  init(_ grid: Matrix.Grid, in results: Results, style: Style, width: Int) {
    self.grid = grid
    sets = Dictionary(results.sets.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    (self.style, self.width) = (style, width)
  }

  /// The tables below one heading; none where no combination was judged.
  var lines: [String] {
    let seen = grid.combinations.compactMap { sets[grid.name(of: $0)] }
    guard !seen.isEmpty else { return [] }
    let types = Set(seen.flatMap(\.rows)).sorted().map(Optional.some)
    let general: [DomainType?] = seen.contains(where: \.hasGeneralCells) ? [nil] : []
    let tables = (types + general).map { type in
      [style.paint(type?.title ?? "set", .title)] + table(on: type)
    }
    return Array(([heading] + tables).joined(separator: [""]))
  }

  private var heading: [String] {
    let title = "mixes of \(grid.name)".visible
    let members = grid.members.map(\.title).joined(separator: ", ")
    return Paragraph(
      label: title, tone: .title, indent: title.count + Grid.gap,
      text: "\(members) of \(grid.sets.joined(separator: ", ")), all else of \(grid.base)"
    ).lines(width: width, style: style)
  }

  /// Members whose givers name the rows; the others name the columns.
  private var rowCount: Int { grid.members.count < 3 ? 1 : grid.members.count - 2 }

  private func combinations(of count: Int) -> [[String]] {
    (0..<count).reduce([[]]) { rows, _ in rows.flatMap { row in grid.sets.map { row + [$0] } } }
  }

  /// The table of a type, or as many below each other as the width asks for.
  private func table(on type: DomainType?) -> [String] {
    let columnMembers = Array(grid.members[rowCount...])
    let columns = combinations(of: columnMembers.count)
    let rows = combinations(of: rowCount)
    let head = grid.members[..<rowCount].map { Grid.Entry($0.title) }
    let entries = columns.map { column -> [Grid.Entry] in
      let title = zip(columnMembers, column).map { "\($0.title) \($1)" }.joined(separator: ", ")
      return [Grid.Entry(title.isEmpty ? "together" : title, .title)]
        + rows.map { verdict(on: type, of: $0 + column) }
    }
    let titles = [head] + rows.map { $0.map { Grid.Entry($0) } }
    var groups: [[[Grid.Entry]]] = []
    var used = 0
    let first = (0..<rowCount).reduce(0) { sum, place in
      sum + Grid.gap + (titles.map { $0[place].text.count }.max() ?? 0)
    }
    for column in entries {
      let wide = Grid.gap + (column.map(\.text.count).max() ?? 0)
      if groups.isEmpty || used + wide > width {
        groups.append([])
        used = first
      }
      groups[groups.count - 1].append(column)
      used += wide
    }
    return Array(
      groups.map { group in
        Grid(rows: titles.indices.map { row in titles[row] + group.map { $0[row] } })
          .lines(style: style)
      }.joined(separator: [""]))
  }

  private func verdict(on type: DomainType?, of combination: [String]) -> Grid.Entry {
    guard var set = sets[grid.name(of: combination)] else { return Grid.Entry("-") }
    // Nothing was looked at where not even the packages go together.
    if set.support.isEmpty, set.cells.allSatisfy({ $0.type == nil && $0.outcome == .fail }) {
      return Grid.Entry("no such set", .trouble)
    }
    guard type.map(set.rows.contains) ?? set.hasGeneralCells else { return Grid.Entry("-") }
    // What a live host would have to show was not judged.
    let judged = Set(set.cells.filter { $0.outcome != .notRun }.map(\.stage))
    set.cells.removeAll { !judged.contains($0.stage) }
    let together = Together(type, in: set)
    return Grid.Entry(together.title, together.tone)
  }
}
