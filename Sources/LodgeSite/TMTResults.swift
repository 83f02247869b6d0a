package import LodgeModel

/// Results as the `results.yaml` of a test of tmt whose result is `custom`.
///
/// A fail is `fail`, an error `error`; what is not applicable or not run is `skip`. What is blocked is
/// `pending`: it has no result yet, and tmt's exit code is not green with it.
/// **Source:** tmt 1.78, `schemas/results.yaml` and `results_to_exit_code`.
package struct TMTResults {
  private let results: Results

  package init(_ results: Results) { self.results = results }

  /// The document, with a newline at the end.
  package var text: String {
    let cells = results.exported.flatMap(\.cells)
    let names = cells.map { "/\($0.setName.pathComponent)/\($0.place)" }.numbered
    let entries = cells.indices.map { entry(cells[$0], name: names[$0], number: $0 + 1) }
    return YAMLNode.list(entries).lines.joined(separator: "\n") + "\n"
  }

  private func entry(_ exported: ExportedCell, name: String, number: Int) -> YAMLNode {
    let (set, cell) = (exported.set, exported.cell)
    let outcome = cell.outcome.tmt == cell.outcome.rawValue ? [] : [cell.outcome.title]
    let notes = outcome + exported.details + set.accepted
    let context =
      [("stage", cell.stage.rawValue)] + (cell.type.map { [("type", $0.rawValue)] } ?? [])
      + (cell.platform.map { [("platform", $0)] } ?? [])
    return .map([
      ("name", .text(name)),
      ("result", .text(cell.outcome.tmt)),
      ("serial-number", .number(number)),
      ("note", .list(notes.map(YAMLNode.text))),
      ("context", .map(context.map { ($0.0, .list([.text($0.1)])) })),
      ("ids", .map([("lodge-set", .text(set.id.description))])),
      ("duration", .text(cell.took.onTheClock)),
    ])
  }
}

extension Outcome {
  /// The word of tmt's schema.
  fileprivate var tmt: String {
    switch self {
    case .pass: "pass"
    case .fail: "fail"
    case .error: "error"
    case .blocked: "pending"
    case .notApplicable, .notRun: "skip"
    }
  }
}

extension Double {
  /// Whole seconds as `HH:MM:SS`; no run takes a million hours.
  fileprivate var onTheClock: String {
    let seconds = Int(min(self, 3_600_000_000 - 1))
    return [seconds / 3600, seconds / 60 % 60, seconds % 60]
      .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }
}
