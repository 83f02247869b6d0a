import Foundation
import LodgeEvidence
import LodgeHost
import LodgeLaunch
import LodgeModel
import LodgePackages
import LodgePlatform
import LodgeScenarios

extension Workbench {
  /// What came of the launches of a set.
  struct Launched: Sendable {
    /// In the order of the catalogue.
    var scenarios: [LaunchedScenario] = []
    /// What they left; nothing for those that were launched before.
    var contents: [Digest: Data] = [:]
    /// What a reader should know of the modelled hosts.
    var notes: [String] = []
    /// How many were launched before.
    var known = 0
  }

  /// Launches the scenarios of a catalogue, less those that are known already.
  func launch(
    _ catalogue: Catalogue, of set: Prepared, _ collected: Collected, kernelFrom other: Evidence?
  ) async throws -> Launched {
    let kept = try KeptLaunches(
      of: set, evidence: collected.digest, kernel: other, catalogue: catalogue, in: store)
    let known = catalogue.places.compactMap { scenario, platform in
      knowsLaunches ? kept?.launched(scenario.id, on: platform.id) : nil
    }
    guard known.count < catalogue.places.count else {
      return Launched(scenarios: known, known: known.count)
    }
    let words = known.isEmpty ? "" : "; \(known.count) scenarios are known"
    progress.say("\(set.name): launching\(words)")
    let candidate = LaunchStage.Candidate(
      name: set.name, root: set.root.path, evidence: collected.evidence, kernel: other)
    let (seen, notes) = try await stage(of: catalogue).launch(candidate) { scenario, platform in
      !known.contains { $0.isOf(scenario, on: platform) }
    }
    var fresh = seen.map(LaunchedScenario.init)
    for launched in fresh { try kept?.keep(launched) }
    let (cells, contents) = seen.kept
    for (place, cell) in cells.enumerated() { fresh[place].cell = cell }
    let all = known + fresh
    let inOrder = catalogue.places.compactMap { scenario, platform in
      all.first { $0.isOf(scenario, on: platform) }
    }
    return Launched(scenarios: inOrder, contents: contents, notes: notes, known: known.count)
  }

  /// What launches the scenarios of a catalogue.
  func stage(of catalogue: Catalogue) -> LaunchStage {
    LaunchStage(of: catalogue, in: store.scratch, cache: "\(store.path)/labs") { [progress] in
      progress.step($0)
    }
  }
}
