package import LodgeModel

extension SetDifference {
  /// What was measured otherwise, for a terminal, without a newline at the end.
  ///
  /// Launches that differ in the same calls stand under them.
  package func measurementText(style: Style = .plain, width: Int = 100) -> String {
    let lines = DomainType.confidential.flatMap { measurementLines(of: $0, width: width, style) }
    return ([counts.visible] + lines).joined(separator: "\n")
  }

  /// How many launches were measured otherwise.
  var counts: String {
    "launch measurements: \(measurements.count) changed, \(unchanged) are the same"
      + (onlyBefore.isEmpty ? "" : ", \(onlyBefore.count) only on \(before.name)")
      + (onlyAfter.isEmpty ? "" : ", \(onlyAfter.count) only on \(after.name)")
  }

  private func measurementLines(of type: DomainType, width: Int, _ style: Style) -> [String] {
    let groups = Dictionary(
      grouping: measurements.filter { $0.type == type }, by: \.differences)
    return groups.sorted {
      ($1.value.count, $0.key.first ?? "") < ($0.value.count, $1.key.first ?? "")
    }.flatMap { differences, changes in
      let told = differences.isEmpty ? ["the same calls were measured otherwise"] : differences
      return [
        "",
        style.paint(
          "\(type.title), \(changes.count) \(changes.count == 1 ? "launch" : "launches")", .title),
      ]
        + told.flatMap {
          Paragraph(label: "", tone: nil, indent: 2, text: $0.visible)
            .lines(width: width, style: style)
        }
        + values(of: changes).flatMap { pair, scenarios in
          ["    \(pair.before.visible)", "    -> \(pair.after.visible)"]
            + Paragraph(label: "", tone: nil, indent: 7, text: scenarios.joined(separator: ", "))
            .lines(width: width, style: style)
        }
    }
  }

  /// Scenarios by what their measurement was and is, those of most scenarios first.
  private func values(
    of changes: [MeasurementChange]
  ) -> [(pair: Values, scenarios: [String])] {
    Dictionary(grouping: changes) { Values(before: $0.before, after: $0.after) }
      .map { ($0, Set($1.map(\.scenario)).sorted()) }
      .sorted { ($1.1.count, $0.0.after) < ($0.1.count, $1.0.after) }
  }

  private struct Values: Hashable {
    let before: String
    let after: String
  }
}
