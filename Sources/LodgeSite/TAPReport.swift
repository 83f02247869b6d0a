package import LodgeModel

/// Results in the Test Anything Protocol, version 14: one test point for each cell.
///
/// A fail, an error and what is blocked are `not ok`, with a YAML block that says why. What is not
/// applicable or not run is skipped: `ok`, as the protocol has it, and its reason begins with the
/// outcome's name. It is not `TODO`, which a harness takes for a failure that was expected.
/// **Source:** TAP 14, "Test Points", "Directives" and "YAML Diagnostics".
package struct TAPReport {
  /// Unicode scalars of a text in a YAML block; Perl's reader fails on 65535.
  private static let room = 16384
  private let results: Results

  package init(_ results: Results) { self.results = results }

  /// The stream, with a newline at the end.
  package var text: String {
    let sets = results.exported
    let cells = sets.flatMap(\.cells)
    let plan = cells.isEmpty ? "1..0 # SKIP no set was judged" : "1..\(cells.count)"
    let heads = sets.flatMap { name, set, _ in
      (["\(set.id), \(set.packages) packages"] + set.accepted).map {
        "# \(name): \($0.visible)"
      }
    }
    let points = cells.enumerated().flatMap { index, cell in point(index + 1, cell) }
    return (["TAP version 14", plan] + heads + points).joined(separator: "\n") + "\n"
  }

  private func point(_ number: Int, _ exported: ExportedCell) -> [String] {
    let cell = exported.cell
    let title = "\(number) - \("\(exported.setName): \(exported.title)".escaped)"
    switch cell.outcome {
    case .pass where cell.told.isEmpty: return ["ok \(title)"]
    case .pass: return ["ok \(title)"] + block(exported)
    case .fail, .error, .blocked: return ["not ok \(title)"] + block(exported)
    case .notApplicable, .notRun:
      return ["ok \(title) # SKIP \(cell.outcome.title): \(cell.reason.visible.escaped)"]
    }
  }

  private func block(_ exported: ExportedCell) -> [String] {
    let cell = exported.cell
    let again =
      cell.kind == .scenario && cell.outcome.isRed
      ? [("again", Self.text(exported.set.reproduction(of: cell)))] : []
    let entries: [(String, YAMLNode)] =
      [("message", Self.text(cell.reason)), ("outcome", Self.text(cell.outcome.rawValue))]
      + (cell.layer.map { [("layer", Self.text($0.rawValue))] } ?? [])
      + (cell.told.isEmpty ? [] : [("findings", .list(cell.told.map(\.node)))]) + again
    return (["---"] + YAMLNode.map(entries.map { (key: $0.0, value: $0.1) }).lines + ["..."])
      .map { "  \($0)" }
  }

  fileprivate static func text(_ text: String) -> YAMLNode { .text(text.cut(toScalars: room)) }
}

extension Finding {
  fileprivate var node: YAMLNode {
    func entry(_ key: String, _ text: String) -> [(key: String, value: YAMLNode)] {
      text.isEmpty ? [] : [(key, TAPReport.text(text))]
    }
    // A list of texts with colons in them is what Perl's reader takes for something else.
    let said = sides.map { YAMLNode.map(entry("who", $0.who) + entry("says", $0.says)) }
    return .map(
      entry("grade", grade.rawValue) + entry("summary", summary) + entry("at", self.where)
        + (said.isEmpty ? [] : [("sides", .list(said))]) + entry("remedy", remedy)
        + entry("like", grade > .info ? knownCase ?? "" : ""))
  }
}

extension String {
  /// The text with what would begin a directive written out.
  fileprivate var escaped: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      if scalar == "\\" || scalar == "#" { text.unicodeScalars.append("\\") }
      text.unicodeScalars.append(scalar)
    }
  }
}
