import ArgumentParser
import Foundation
import LodgeMatrix
import LodgeModel
import LodgePlatform
import LodgeScenarios

/// Where scenarios and platforms are.
struct ScenarioFolderOption: ParsableArguments {
  @Option(
    name: .customLong("scenarios"),
    help: ArgumentHelp("The folder of scenarios and platforms.", valueName: "dir"))
  var path = Self.standard

  /// Whether there is a folder to read.
  var isThere: Bool { Self.isThere(path) }

  /// Reads the folder whole; `chosen` are platforms in place of those that scenarios name.
  func catalogue(chosen: [String] = []) throws -> Catalogue {
    guard isThere else {
      throw InputFailure("there is no folder of scenarios \(path); name one with --scenarios DIR")
    }
    var texts: [String: String] = [:]
    let files = try FileManager.default.subpathsOfDirectory(atPath: path)
    for file in files where file.hasSuffix(".yaml") || file.hasSuffix(".xml") {
      texts[file] = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
    }
    let scenarios = try ScenarioFolder(files: texts, folder: path)
    var platforms: [String: Platform] = [:]
    for (file, text) in texts where file.hasPrefix("platforms/") {
      let platform = try Platform(yaml: text, file: "\(path)/\(file)")
      platforms[platform.id] = platform
    }
    let wanted = Set(chosen + scenarios.scenarios.flatMap(\.platforms))
    if let unknown = wanted.subtracting(platforms.keys).sorted().first {
      let near = nearest(to: unknown, among: platforms.keys.sorted())
      throw InputFailure(
        "there is no platform \(unknown)" + (near.map { "; did you mean \($0)?" } ?? "")
          + "; \(path)/platforms has \(platforms.keys.sorted().joined(separator: ", "))")
    }
    return Catalogue(
      scenarios: scenarios.scenarios, ladder: scenarios.ladder, platforms: platforms,
      chosen: chosen, changes: nil)
  }

  /// The id of a scenario that is named by its file, as a shell completes it.
  func id(of name: String) -> String {
    guard name.hasSuffix(".yaml") else { return name }
    let file = name.hasPrefix(path + "/") ? String(name.dropFirst(path.count + 1)) : name
    return String(file.dropLast(".yaml".count))
  }

  private static func isThere(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/ladder.yaml")
  }

  /// The folder of the place where the user stands, else the one that came with the program: where it
  /// was installed, or where it was built.
  private static var standard: String {
    let here = "Scenarios"
    guard !isThere(here),
      let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return here }
    let folder = URL(filePath: program).deletingLastPathComponent()
    return ["../share/lodge/Scenarios", "../../../Scenarios"]
      .map { folder.appending(path: $0).standardizedFileURL.path(percentEncoded: false) }
      .first(where: isThere) ?? here
  }
}
