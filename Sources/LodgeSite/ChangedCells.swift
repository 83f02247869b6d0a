import LodgeModel
import LodgeRelease

/// Changes of cells that differ only in their domain type, told once.
struct ChangedCells {
  private let change: CellChanges.Change
  private var types: [DomainType]

  /// The changes in their order, each put with the first that says the same.
  static func merging(_ changes: [CellChanges.Change]) -> [ChangedCells] {
    var groups: [ChangedCells] = []
    var places: [CellChanges.Change: Int] = [:]
    for change in changes {
      var alike = change
      alike.claim.type = nil
      let place = places[alike] ?? groups.count
      if place == groups.count {
        places[alike] = place
        groups.append(ChangedCells(change: change, types: []))
      }
      groups[place].types += change.claim.type.map { [$0] } ?? []
    }
    return groups
  }

  /// The catalogue number and id, the domain types, and where it was seen.
  var title: String { change.claim.title(of: types.sorted(), at: change.stage) }

  /// What it was and is, without where that is told by the category.
  func states(_ arrow: String, in category: CellChanges.Category) -> String {
    guard category != .stillFailing else {
      return change.reasonChanged ? "fails for another reason" : "fails as before"
    }
    return "\(word(change.before)) \(arrow) \(word(change.after))"
  }

  /// Why it is what it is; empty where all is well.
  var reason: String { change.after == .pass ? "" : change.reason }

  private func word(_ outcome: Outcome?) -> String { outcome?.title ?? "missing" }
}
