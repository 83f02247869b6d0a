import LodgeLedger
import LodgeModel
import LodgeScenarios

extension Ledger {
  /// What was measured of the build before: the newest other set of the same name.
  ///
  /// Nil where the ledger has none.
  func launches(before set: Workbench.Prepared) throws -> SetLaunches.Before? {
    let before = try latest(named: set.name, otherThan: set.id, measured: true)
    guard let before else { return nil }
    return SetLaunches.Before(
      name: "\(set.name) \(before.id.short)", launches: try launches(of: before),
      answers: try answers(of: before))
  }

  /// What libvirt answered on a set, as the ledger keeps it.
  ///
  /// Scenarios of several domains are left out: their command lines stand in one artefact.
  private func answers(of set: Results.BuildSet) throws -> [LibvirtAnswer] {
    try set.cells.flatMap { cell -> [LibvirtAnswer?] in
      guard let platform = cell.platform, let type = cell.type, cell.kind == .scenario else {
        return []
      }
      let arguments = try text(.argv, of: cell)
      return [
        LibvirtAnswer(
          scenario: cell.id, platform: platform, type: type, domain: try text(.domain, of: cell),
          arguments: arguments.split(separator: "\n").map(String.init)),
        LibvirtAnswer(
          scenario: cell.id, platform: platform, type: type,
          capabilities: try text(.capabilities, of: cell)),
      ]
    }.compactMap(\.self)
  }

  /// An artefact of a cell; empty where it left none of the kind.
  private func text(_ kind: Artefact.Kind, of cell: Cell) throws -> String {
    let artefact = cell.artefacts.first { $0.kind == kind }
    let bytes = try artefact.flatMap { try content($0.digest) }
    return bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
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
