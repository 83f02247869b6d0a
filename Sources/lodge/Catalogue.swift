import LodgeModel
import LodgePlatform
import LodgeScenarios

/// All that can be launched: scenarios, and the platforms that they run on.
struct Catalogue: Sendable {
  var scenarios: [Scenario]
  let ladder: Ladder
  let platforms: [String: Platform]
  /// Platforms to use in place of those that scenarios name; empty for theirs.
  let chosen: [String]
  /// What is different of the kernel; nil where nothing is.
  var changes: KernelDescription?

  /// The catalogue with the scenarios that fit one of some patterns.
  ///
  /// A pattern fits an id, and, without the case in brackets, all cases of it.
  ///
  /// - Throws: ``InputFailure`` for a pattern that fits nothing.
  func only(_ globs: [Glob]) throws -> Catalogue {
    for glob in globs where !scenarios.contains(where: { $0.answers(to: glob) }) {
      let near = nearest(
        to: glob.description, among: scenarios.flatMap { [$0.id.withoutCase, $0.id] })
      throw InputFailure(
        "no scenario fits \(glob)" + (near.map { "; did you mean \($0)?" } ?? "")
          + "; lodge explain --list names them all")
    }
    var chosen = self
    chosen.scenarios = scenarios.filter { scenario in globs.contains(where: scenario.answers) }
    return chosen
  }

  /// The platforms that a scenario is tried on.
  func platforms(of scenario: Scenario) -> [Platform] {
    (chosen.isEmpty ? scenario.platforms : chosen).compactMap { platforms[$0] }
  }
}

extension Scenario {
  /// Whether a pattern means this scenario.
  func answers(to glob: Glob) -> Bool {
    glob.description == id || glob.matches(id) || glob.matches(id.withoutCase)
  }
}
