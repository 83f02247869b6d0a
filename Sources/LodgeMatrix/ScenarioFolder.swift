import LodgeModel
package import LodgeScenarios

/// The content of a folder of scenarios: `<type>/<claim>.yaml`, `templates/`, `ladder.yaml`.
package struct ScenarioFolder: Equatable, Sendable {
  /// By id.
  package let scenarios: [Scenario]
  package let ladder: Ladder

  /// Reads the texts of all files, by their path below the folder.
  ///
  /// Folders that hold no scenarios (`platforms`, `kernels`) are passed over.
  ///
  /// - Throws: ``MatrixFailure`` naming file and line of what is outside the grammar, so that
  ///   nothing is started for a folder with a mistake in it.
  package init(files: [String: String], folder: String = "Scenarios") throws(MatrixFailure) {
    func named(_ path: String) -> String { "\(folder)/\(path)" }
    guard let ladderText = files["ladder.yaml"] else {
      throw MatrixFailure(file: named("ladder.yaml"), line: nil, reason: "it is missing")
    }
    let ladder = try Ladder(yaml: ladderText, file: named("ladder.yaml"))
    var templates: [String: DomainTemplate] = [:]
    var scenarios: [Scenario] = []
    for (path, text) in files.sorted(by: { $0.key < $1.key }) {
      let parts = path.split(separator: "/")
      guard parts.count == 2, parts[0] == "templates", parts[1].hasSuffix(".xml") else { continue }
      let name = String(parts[1].dropLast(4))
      do throws(TemplateFailure) {
        templates[name] = try DomainTemplate(name: name, text: text)
      } catch {
        throw MatrixFailure(file: named(path), line: nil, reason: error.reason)
      }
    }
    for (path, text) in files.sorted(by: { $0.key < $1.key }) where Self.isScenario(path) {
      scenarios += try ScenarioFile(
        yaml: text, path: String(path.dropLast(5)), file: named(path), templates: templates,
        ladder: ladder
      ).scenarios
    }
    (self.scenarios, self.ladder) = (scenarios.sorted { $0.id < $1.id }, ladder)
  }

  private static let otherFolders = ["templates", "platforms", "kernels"]

  private static func isScenario(_ path: String) -> Bool {
    let parts = path.split(separator: "/").map(String.init)
    return parts.count == 2 && path.hasSuffix(".yaml") && !otherFolders.contains(parts[0])
  }
}
