import LodgeModel

/// Cells that differ only in their domain type, told once.
struct Claim {
  var cell: Cell
  var types: [DomainType]

  /// The cells in their order, each put with the first that says the same.
  static func merging(_ cells: [Cell]) -> [Claim] {
    var claims: [Claim] = []
    for cell in cells {
      let types = cell.type.map { [$0] } ?? []
      if let known = claims.firstIndex(where: { $0.saysTheSame(as: cell) }) {
        claims[known].types += types
      } else {
        claims.append(Claim(cell: cell, types: types))
      }
    }
    return claims
  }

  /// The catalogue number and id, the domain types, and where it was seen.
  var title: String {
    let number = cell.catalogue.map { "\($0) " } ?? ""
    let about = types.isEmpty ? "" : " (\(types.map(\.title).joined(separator: ", ")))"
    let platform = cell.platform.map { " on \($0)" } ?? ""
    let stage = cell.stage == .packages ? "" : " at \(cell.stage.rawValue)"
    return number + cell.id + about + platform + stage
  }

  private func saysTheSame(as other: Cell) -> Bool {
    var other = other
    (other.type, other.seconds) = (cell.type, cell.seconds)
    return other == cell
  }
}
