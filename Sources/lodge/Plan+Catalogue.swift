import Foundation
import LodgeContracts
import LodgeHost
import LodgeLaunch
import LodgeModel
import LodgePackages
import LodgePlatform
import LodgeRelease
import LodgeScenarios

extension Plan {
  /// What this Lodge can judge: its contracts, and the scenarios of a folder, if it is there.
  ///
  /// Reading all scenarios takes half a second; what they plan is kept in the store by the digest of
  /// their files.
  init(of folder: ScenarioFolderOption, in store: Store) throws {
    let scenarios = folder.isThere ? try PlannedScenario.all(of: folder, in: store) : []
    self.init(
      allContracts.flatMap { $0.planned(among: scenarios) }
        + scenarios.flatMap { scenario in
          scenario.platforms.map { platform in
            Entry(
              Claim(kind: .scenario, id: scenario.id, type: scenario.type, platform: platform),
              stages: [.launch])
          }
        })
  }
}

/// What is planned of one scenario.
private struct PlannedScenario: Codable {
  let id: String
  let type: DomainType
  let platforms: [String]

  static func all(of folder: ScenarioFolderOption, in store: Store) throws -> [Self] {
    let key = try key(of: folder.path)
    let place = "\(store.path)/plans/\(key.hex.prefix(2))/\(key.hex).json"
    if let known = try? Data(contentsOf: URL(filePath: place)),
      let plan = try? CanonicalJSON.decode([Self].self, from: known)
    {
      return plan
    }
    let catalogue = try folder.catalogue()
    let plan = catalogue.scenarios.map { scenario in
      Self(
        id: scenario.id, type: scenario.type,
        platforms: catalogue.platforms(of: scenario).map(\.id))
    }
    try store.keep(CanonicalJSON.encode(plan), as: place)
    return plan
  }

  /// The digest of all files of a folder, with their names.
  private static func key(of folder: String) throws -> Digest {
    var bytes = Data("plan/1 \(Lodge.versionText)\n".utf8)
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    where file.hasSuffix(".yaml") || file.hasSuffix(".xml") {
      let text = try Data(contentsOf: URL(filePath: "\(folder)/\(file)"))
      bytes += Data("\(file) \(text.count)\n".utf8) + text
    }
    return Digest(of: bytes)
  }
}

extension Contract {
  /// The cells that the contract gives of any set.
  fileprivate func planned(among scenarios: [PlannedScenario]) -> [Plan.Entry] {
    let types: [DomainType?] = self.types.isEmpty ? [nil] : self.types
    return types.flatMap { type -> [Plan.Entry] in
      var entries: [Plan.Entry] = []
      func add(_ platform: String?, _ stage: Stage) {
        let claim = Claim(
          kind: .contract, id: id, catalogue: catalogue, type: type, platform: platform)
        entries.append(Plan.Entry(claim, stages: [stage], compares: compares))
      }
      for judge in judges {
        switch judge {
        case .facts, .comparison, .launches, .calls, .answers, .host: add(nil, judge.stage)
        case .scenarios(let ids):
          let shown = scenarios.filter { ids.contains($0.id.withoutCase) && $0.type == type }
          for platform in Set(shown.flatMap(\.platforms)).sorted() { add(platform, .launch) }
        }
      }
      return entries
    }
  }
}
