import ArgumentParser
import Foundation
import LodgeLaunch

/// Where scenarios and platforms are.
struct ScenarioFolderOption: ParsableArguments {
  @Option(
    name: .customLong("scenarios"),
    help: ArgumentHelp("The folder of scenarios and platforms.", valueName: "dir"))
  var path = Self.standard

  /// Whether there is a folder to read.
  var isThere: Bool { Catalogue.isThere(path) }

  /// Reads the folder whole; `chosen` are platforms in place of those that scenarios name.
  func catalogue(chosen: [String] = []) throws -> Catalogue {
    try Catalogue(folder: path, chosen: chosen)
  }

  /// The id of a scenario that is named by its file, as a shell completes it.
  func id(of name: String) -> String {
    guard name.hasSuffix(".yaml") else { return name }
    let file = name.hasPrefix(path + "/") ? String(name.dropFirst(path.count + 1)) : name
    return String(file.dropLast(".yaml".count))
  }

  /// The folder of the place where the user stands, else the one that came with the program: where it
  /// was installed, or where it was built.
  private static var standard: String {
    let here = "Scenarios"
    guard !Catalogue.isThere(here),
      let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return here }
    let folder = URL(filePath: program).deletingLastPathComponent()
    return ["../share/lodge/Scenarios", "../../../Scenarios"]
      .map { folder.appending(path: $0).standardizedFileURL.path(percentEncoded: false) }
      .first(where: Catalogue.isThere) ?? here
  }
}
