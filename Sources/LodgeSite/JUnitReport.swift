import Foundation
package import LodgeModel

/// Results as JUnit XML: one suite for each set, one case for each cell.
///
/// Only a pass is a case without a mark. A fail is a `failure`, an error an `error`; what is blocked,
/// not applicable or not run is `skipped`, and its `type` says which.
/// **Source:** `junit-10.xsd` of the Jenkins xUnit plugin.
package struct JUnitReport {
  private let results: Results

  package init(_ results: Results) { self.results = results }

  /// The document, with a newline at the end.
  package var text: String {
    let sets = results.exported
    let cells = sets.flatMap(\.cells).map(\.cell)
    let root = "<testsuites name=\"lodge\"\(cells.counts)"
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
    guard !sets.isEmpty else { return "\(head)\n\(root)/>\n" }
    let suites = sets.flatMap { suite($0.name, $0.set, $0.cells) }
    return ([head, "\(root)>"] + suites + ["</testsuites>"]).joined(separator: "\n") + "\n"
  }

  private func suite(
    _ name: String, _ set: Results.BuildSet, _ cells: [ExportedCell]
  ) -> [String] {
    let properties =
      [("set", set.id.description), ("packages", "\(set.packages)")]
      + set.accepted.map { ("accepted", $0) } + set.notes.map { ("note", $0) }
    let skipped = cells.count { $0.cell.mark == .skipped }
    return [
      "  <testsuite name=\"\(name.escaped)\"\(set.cells.counts) skipped=\"\(skipped)\">",
      "    <properties>",
    ]
      + properties.map {
        "      <property name=\"\($0)\" value=\"\($1.visible.escaped)\"/>"
      } + ["    </properties>"] + cells.flatMap(testcase) + ["  </testsuite>"]
  }

  private func testcase(_ exported: ExportedCell) -> [String] {
    let cell = exported.cell
    let head =
      "    <testcase classname=\"\(exported.setName.escaped).\(cell.stage.rawValue)\" "
      + "name=\"\(exported.title.escaped)\" time=\"\(cell.took.inSeconds)\""
    let text = exported.details.map(\.escaped).joined(separator: "\n")
    guard let mark = cell.mark else {
      return cell.told.isEmpty
        ? ["\(head)/>"]
        : ["\(head)>", "      <system-out>\(text)</system-out>", "    </testcase>"]
    }
    let attributes =
      "type=\"\(cell.outcome.rawValue)\" message=\"\(cell.reason.visible.escaped)\""
    return [
      "\(head)>", "      <\(mark.rawValue) \(attributes)>\(text)</\(mark.rawValue)>",
      "    </testcase>",
    ]
  }
}

/// The elements that make a case other than green.
private enum Mark: String { case failure, error, skipped }

extension Cell {
  fileprivate var mark: Mark? {
    switch outcome {
    case .pass: nil
    case .fail: .failure
    case .error: .error
    case .blocked, .notApplicable, .notRun: .skipped
    }
  }
}

extension [Cell] {
  /// The attributes that suites and their root share.
  fileprivate var counts: String {
    let (failures, errors) = (count { $0.mark == .failure }, count { $0.mark == .error })
    let seconds = map(\.took).reduce(0, +).inSeconds
    return " tests=\"\(count)\" failures=\"\(failures)\" errors=\"\(errors)\" time=\"\(seconds)\""
  }
}

extension Double {
  /// Seconds with a point and three digits, as the schema's `SUREFIRE_TIME` has them.
  fileprivate var inSeconds: String { String(format: "%.3f", self) }
}

extension String {
  /// The text as XML holds it, in elements and in attributes.
  fileprivate var escaped: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
