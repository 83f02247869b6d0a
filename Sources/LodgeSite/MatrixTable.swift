import Foundation
package import LodgeModel

/// Results as a person reads them in a terminal: which domain types work, and why the others do not.
package struct MatrixTable {
  private let results: Results
  private let grids: [Matrix.Grid]
  private let style: Style
  private let width: Int

  /// Prepares a table no wider than a number of columns, of which it takes at least 40.
  ///
  /// The mixes of grids stand in tables of their own, and not among the sets.
  package init(
    _ results: Results, grids: [Matrix.Grid] = [], style: Style = .plain, width: Int = 100
  ) {
    (self.results, self.grids) = (results, grids)
    (self.style, self.width) = (style, max(40, width))
  }

  /// The lines, without a newline at the end.
  package var text: String {
    let mixes = Set(grids.flatMap { grid in grid.combinations.map(grid.name) })
    let sets = results.sets.filter { !mixes.contains($0.name) }
    var blocks = sets.map { SetSection(set: $0, style: style, width: width).lines }
    if sets.count > 1 {
      blocks.insert(SetOverview(sets: sets, style: style, width: width).lines, at: 0)
    }
    blocks += grids.map { GridTable($0, in: results, style: style, width: width).lines }
      .filter { !$0.isEmpty }
    if blocks.isEmpty { blocks = [["no set was judged"]] }
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }
}

extension Results.BuildSet {
  /// The domain types that have a row: the confidential ones, and plain where it was looked at.
  var rows: [DomainType] {
    cells.contains { $0.type == .plain } ? DomainType.allCases : DomainType.confidential
  }

  /// Whether anything was said of the set as a whole.
  var hasGeneralCells: Bool { cells.contains { $0.type == nil } }

  /// The stages at which the set was judged, in their order; packages where it was not judged.
  var stages: [Stage] {
    let seen = Set(cells.map(\.stage)).sorted()
    return seen.isEmpty ? [.packages] : seen
  }

  /// Sentences on what the set accepts knowingly, which no summary may leave out.
  var accepted: [String] {
    acceptExpired.map(\.sentence)
  }
}
