import LodgeLedger
import LodgeModel

extension Ledger {
  /// What was measured of the build before: the newest other set of the same name.
  ///
  /// Nil where the ledger has none.
  func launches(before set: Workbench.Prepared) throws -> SetLaunches.Before? {
    let before = try latest(named: set.name, otherThan: set.id, measured: true)
    guard let before else { return nil }
    return SetLaunches.Before(
      name: "\(set.name) \(before.id.short)", launches: try launches(of: before))
  }

  /// What was measured of a set, as the ledger keeps it.
  func launches(of set: Results.BuildSet) throws -> [SetLaunches.Launch] {
    try set.cells.flatMap { cell -> [SetLaunches.Launch] in
      guard let platform = cell.platform,
        let artefact = cell.artefacts.first(where: { $0.kind == .measurement }),
        let bytes = try content(artefact.digest)
      else { return [] }
      return try CanonicalJSON.decode([MeasuredLaunch].self, from: bytes).map {
        SetLaunches.Launch(scenario: cell.id, platform: platform, measured: $0)
      }
    }
  }
}
