import Foundation
import LodgeHost
import LodgeMatrix
package import LodgeModel
package import LodgePlatform
package import LodgeScenarios

/// All that can be launched: scenarios, and the platforms that they run on.
package struct Catalogue: Sendable {
  package var scenarios: [Scenario]
  package let ladder: Ladder
  package let platforms: [String: Platform]
  /// Platforms to use in place of those that scenarios name; empty for theirs.
  private let chosen: [String]
  /// What is different of the kernel; nil where nothing is.
  package var changes: KernelDescription?
  /// The digest of all files of the folder, by name.
  package let digest: Digest

  /// Reads a folder of scenarios and platforms whole; `chosen` are platforms in place of those that
  /// scenarios name.
  ///
  /// - Throws: ``CatalogueFailure`` where there is no such folder, or a platform is not in it, and
  ///   what is wrong with a file.
  package init(folder path: String, chosen: [String] = []) throws {
    guard Self.isThere(path) else {
      throw CatalogueFailure(
        "there is no folder of scenarios \(path); name one with --scenarios DIR")
    }
    var texts: [String: String] = [:]
    let files = try FileManager.default.subpathsOfDirectory(atPath: path)
    for file in files where file.hasSuffix(".yaml") || file.hasSuffix(".xml") {
      texts[file] = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
    }
    digest = Digest(of: try CanonicalJSON.encode(texts, pretty: false))
    let scenarios = try ScenarioFolder(files: texts, folder: path)
    var platforms: [String: Platform] = [:]
    for (file, text) in texts where file.hasPrefix("platforms/") {
      let platform = try Platform(yaml: text, file: "\(path)/\(file)")
      platforms[platform.id] = platform
    }
    let wanted = Set(chosen + scenarios.scenarios.flatMap(\.platforms))
    if let unknown = wanted.subtracting(platforms.keys).sorted().first {
      let near = nearest(to: unknown, among: platforms.keys.sorted())
      throw CatalogueFailure(
        "there is no platform \(unknown)" + (near.map { "; did you mean \($0)?" } ?? "")
          + "; \(path)/platforms has \(platforms.keys.sorted().joined(separator: ", "))")
    }
    (self.scenarios, ladder) = (scenarios.scenarios, scenarios.ladder)
    (self.platforms, self.chosen, changes) = (platforms, chosen, nil)
  }

  /// Whether a folder looks like one of scenarios.
  package static func isThere(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/ladder.yaml")
  }

  /// The catalogue with the scenarios that fit one of some patterns.
  ///
  /// A pattern fits an id, and, without the case in brackets, all cases of it.
  ///
  /// - Throws: ``CatalogueFailure`` for a pattern that fits nothing.
  package func only(_ globs: [Glob]) throws -> Catalogue {
    for glob in globs where !scenarios.contains(where: { $0.answers(to: glob) }) {
      let near = nearest(
        to: glob.description, among: scenarios.flatMap { [$0.id.withoutCase, $0.id] })
      throw CatalogueFailure(
        "no scenario fits \(glob)" + (near.map { "; did you mean \($0)?" } ?? "")
          + "; lodge explain --list names them all")
    }
    var chosen = self
    chosen.scenarios = scenarios.filter { scenario in globs.contains(where: scenario.answers) }
    return chosen
  }

  /// Each scenario on each of its platforms, in order.
  package var places: [(scenario: Scenario, platform: Platform)] {
    scenarios.flatMap { scenario in platforms(of: scenario).map { (scenario, $0) } }
  }

  /// The platforms that a scenario is tried on.
  package func platforms(of scenario: Scenario) -> [Platform] {
    (chosen.isEmpty ? scenario.platforms : chosen).compactMap { platforms[$0] }
  }
}

extension Scenario {
  /// Whether a pattern means this scenario.
  package func answers(to glob: Glob) -> Bool {
    glob.description == id || glob.matches(id) || glob.matches(id.withoutCase)
  }
}

/// What a user asks of a catalogue, and it has not.
package struct CatalogueFailure: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
