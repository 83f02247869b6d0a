package import LodgeModel

/// One contract explained, as text for people and as JSON for programs.
package struct ContractText: Encodable, Equatable, Sendable {
  /// A fact that the contract reads, with what a sentence calls it.
  package struct Reading: Encodable, Equatable, Sendable {
    package let name: FactName
    package let title: String
    package let member: Member
  }

  /// The version of the JSON shape.
  package let schema = "lodge.contract/1"
  package let id: String
  package let catalogue: String
  package let claim: String
  package let from: [Member]
  package let to: [Member]
  /// Empty for a promise about no one type.
  package let types: [DomainType]
  package let basis: String
  package let reads: [Reading]
  /// The stage at which it can be judged.
  package let stage: Stage
  /// The scenarios that show it; none where the packages or measurements do.
  package let scenarios: [String]
  /// Whether it judges what was measured of launches.
  package let measures: Bool
  package let remedy: String
  package let knownCase: String

  package init(_ contract: Contract) {
    (id, catalogue, claim) = (contract.id, contract.catalogue, contract.claim)
    (from, to, types) = (contract.from, contract.to, contract.types)
    (basis, remedy, knownCase) = (contract.basis, contract.remedy, contract.knownCase)
    reads = contract.reads.map { Reading(name: $0, title: $0.title, member: $0.member) }
    stage = contract.stage
    switch contract.judgement {
    case .scenarios(let ids): (scenarios, measures) = (ids, false)
    case .launches: (scenarios, measures) = ([], true)
    case .facts(_, _, let judge): (scenarios, measures) = ([], judge != nil)
    }
  }

  /// The lines for a terminal, without a newline at the end.
  package func text(style: Style = .plain, width: Int = 100) -> String {
    let promise = "\(list(from.map(\.title))) to \(list(to.map(\.title)))"
    let lines = [
      ("claim", claim), ("promise", promise),
      ("types", types.isEmpty ? "the set as a whole" : list(types.map(\.title))),
      ("basis", basis), ("reads", judgedOn),
      ("remedy", remedy), ("known case", knownCase),
    ].flatMap { label, text in
      Paragraph(label: label, tone: .faint, indent: 12, text: text).lines(
        width: width, style: style)
    }
    let title = "\(catalogue) \(id)".visible
    return ([style.paint(title, .title), ""] + lines).joined(separator: "\n")
  }

  private var judgedOn: String {
    guard scenarios.isEmpty else { return "what became of \(list(scenarios))" }
    let facts = reads.map { "\($0.title) (\($0.member.title))" }
    return list(facts + (measures ? ["what was measured of all launches"] : []))
  }

  private func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
