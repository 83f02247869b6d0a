import LodgeModel
import LodgeRelease

/// Cells that differ only in their domain type, told once.
struct MergedCells {
  var cell: Cell
  var types: [DomainType]

  /// The cells in their order, each put with the first that says the same.
  static func merging(_ cells: [Cell]) -> [MergedCells] {
    var merged: [MergedCells] = []
    for cell in cells {
      let types = cell.type.map { [$0] } ?? []
      if let known = merged.firstIndex(where: { $0.saysTheSame(as: cell) }) {
        merged[known].types += types
      } else {
        merged.append(MergedCells(cell: cell, types: types))
      }
    }
    return merged
  }

  /// The catalogue number and id, the domain types, and where it was seen.
  var title: String { Claim(of: cell).title(of: types, at: cell.stage) }

  private func saysTheSame(as other: Cell) -> Bool {
    var other = other
    (other.type, other.seconds) = (cell.type, cell.seconds)
    return other == cell
  }
}

extension Claim {
  /// The catalogue number and id, some domain types, and where it was seen.
  func title(of types: [DomainType], at stage: Stage) -> String {
    let number = catalogue.map { "\($0) " } ?? ""
    let about = types.isEmpty ? "" : " (\(types.map(\.title).joined(separator: ", ")))"
    let platform = platform.map { " on \($0)" } ?? ""
    return number + id + about + platform + (stage == .packages ? "" : " at \(stage.rawValue)")
  }
}
