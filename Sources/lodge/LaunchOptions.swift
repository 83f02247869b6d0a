import ArgumentParser
import Foundation
import LodgeMatrix
import LodgeModel
import LodgePlatform
import LodgeScenarios

/// Which scenarios are launched, on which modelled hosts.
struct LaunchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Launch on this platform only.", valueName: "id"))
  var platform: [String] = []

  @Option(
    name: .customLong("scenarios"),
    help: ArgumentHelp("The folder of scenarios and platforms.", valueName: "dir"))
  var folder = "Scenarios"

  @Option(
    help: ArgumentHelp("Launch on the kernel of another set of the matrix.", valueName: "set"))
  var kernelFrom: String?

  @Option(
    name: .customLong("kernel-changes"),
    help: ArgumentHelp(
      "Launch on the kernel as this file changes it, such as Scenarios/kernels/with-tdx.yaml.",
      valueName: "file"))
  var kernelChanges: String?

  /// Whether there is a folder to read.
  var isThere: Bool { FileManager.default.fileExists(atPath: "\(folder)/ladder.yaml") }

  /// Reads the folder whole, so that nothing starts for one with a mistake in it.
  func catalogue() throws -> Catalogue {
    guard isThere else {
      throw InputFailure(
        "there is no folder of scenarios \(folder); name one with --scenarios DIR")
    }
    var texts: [String: String] = [:]
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
    for path in paths where path.hasSuffix(".yaml") || path.hasSuffix(".xml") {
      texts[path] = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
    }
    let scenarios = try ScenarioFolder(files: texts, folder: folder)
    var platforms: [String: Platform] = [:]
    for (path, text) in texts where path.hasPrefix("platforms/") {
      let platform = try Platform(yaml: text, file: "\(folder)/\(path)")
      platforms[platform.id] = platform
    }
    let wanted = Set(platform + scenarios.scenarios.flatMap(\.platforms))
    if let unknown = wanted.subtracting(platforms.keys).sorted().first {
      let near = nearest(to: unknown, among: platforms.keys.sorted())
      throw InputFailure(
        "there is no platform \(unknown)" + (near.map { "; did you mean \($0)?" } ?? "")
          + "; \(folder)/platforms has \(platforms.keys.sorted().joined(separator: ", "))")
    }
    return Catalogue(
      scenarios: scenarios.scenarios, ladder: scenarios.ladder, platforms: platforms,
      chosen: platform, changes: try kernelChanges.map(Self.kernelDescription))
  }

  /// The id of a scenario that is named by its file, as a shell completes it.
  func id(of name: String) -> String {
    guard name.hasSuffix(".yaml") else { return name }
    let path = name.hasPrefix(folder + "/") ? String(name.dropFirst(folder.count + 1)) : name
    return String(path.dropLast(".yaml".count))
  }

  /// The evidence of the set whose kernel is asked for.
  func kernelEvidence(_ matrix: Matrix?, _ bench: Workbench) async throws -> Evidence? {
    guard let kernelFrom else { return nil }
    guard let set = try matrix?.sets(named: [kernelFrom]).first else {
      throw InputFailure("--kernel-from names a set of a matrix; name the matrix too")
    }
    return try await bench.evidence(of: try await bench.prepare(set)).evidence
  }

  private static func kernelDescription(_ file: String) throws -> KernelDescription {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw InputFailure("cannot read the kernel description \(file)")
    }
    return try KernelDescription(yaml: text, file: file)
  }
}

/// All that can be launched: scenarios, and the platforms that they run on.
struct Catalogue: Sendable {
  var scenarios: [Scenario]
  let ladder: Ladder
  let platforms: [String: Platform]
  /// Platforms to use in place of those that scenarios name; empty for theirs.
  let chosen: [String]
  let changes: KernelDescription?

  /// The catalogue with the scenarios that fit one of some patterns.
  ///
  /// A pattern fits an id, and, without the case in brackets, all cases of it.
  ///
  /// - Throws: ``InputFailure`` for a pattern that fits nothing.
  func only(_ globs: [Glob]) throws -> Catalogue {
    for glob in globs where !scenarios.contains(where: { $0.answers(to: glob) }) {
      let near = nearest(to: glob.description, among: scenarios.map(\.id))
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
    let claim = id.split(separator: "[").first.map(String.init) ?? id
    return glob.description == id || glob.matches(id) || glob.matches(claim)
  }
}
