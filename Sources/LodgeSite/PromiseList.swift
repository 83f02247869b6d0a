package import LodgeModel

/// All contracts and scenarios, a line each.
package struct PromiseList: Encodable, Equatable, Sendable {
  /// The version of the JSON shape.
  package let schema = "lodge.contracts/1"
  package let contracts: [ContractText]
  package let scenarios: [ScenarioText]

  package init(_ contracts: [Contract], _ scenarios: [ScenarioText]) {
    self.contracts = contracts.map(ContractText.init)
    self.scenarios = scenarios
  }

  /// The lines for a terminal, without a newline at the end.
  package func text(style: Style = .plain, width: Int = 100) -> String {
    let promises = contracts.map { ("\($0.catalogue)  \($0.id)", $0.claim) }
    let claims = scenarios.map { ($0.id, $0.claim) }
    return [promises, claims].filter { !$0.isEmpty }
      .map { lines($0, width: width, style: style).joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  private func lines(
    _ entries: [(heading: String, claim: String)], width: Int, style: Style
  ) -> [String] {
    let indent = 2 + (entries.map(\.heading.visible.count).max() ?? 0)
    return entries.flatMap { entry in
      Paragraph(label: entry.heading.visible, tone: nil, indent: indent, text: entry.claim)
        .lines(width: width, style: style)
    }
  }
}

/// One scenario explained, as text for people and as JSON for programs.
package struct ScenarioText: Encodable, Equatable, Sendable {
  /// The version of the JSON shape.
  package let schema = "lodge.scenario/1"
  package let id: String
  package let claim: String
  package let type: DomainType
  package let platforms: [String]
  /// The abilities without which the claim is not made.
  package let needs: String
  /// What is done, by the words that scenario files use.
  package let steps: [String]
  package let file: String

  package init(
    id: String, claim: String, type: DomainType, platforms: [String], needs: String,
    steps: [String], file: String
  ) {
    (self.id, self.claim, self.type) = (id, claim, type)
    (self.platforms, self.needs, self.steps, self.file) = (platforms, needs, steps, file)
  }

  /// The lines for a terminal, without a newline at the end.
  package func text(style: Style = .plain, width: Int = 100) -> String {
    let lines = [
      ("claim", claim), ("type", type.title), ("platforms", platforms.joined(separator: ", ")),
      ("needs", needs.isEmpty ? "nothing but the type" : needs),
      ("steps", steps.joined(separator: ", ")), ("file", file),
    ].flatMap { label, text in
      Paragraph(label: label, tone: .faint, indent: 12, text: text)
        .lines(width: width, style: style)
    }
    return ([style.paint(id.visible, .title), ""] + lines).joined(separator: "\n")
  }
}
