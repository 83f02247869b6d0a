import LodgeModel

/// What makes a cell the same one on two sets.
struct CellPlace: Hashable {
  let claim: Claim
  let stage: Stage

  init(_ cell: Cell) { (claim, stage) = (Claim(of: cell).withoutNumber, cell.stage) }
}
