package import LodgeModel

/// One contract explained, as text for people and as JSON for programs.
package struct ContractText: Encodable, Equatable, Sendable {
  /// A fact that the contract reads, with what a sentence calls it.
  package struct Reading: Encodable, Equatable, Sendable {
    package let name: FactName
    package let title: String
    /// Whose packages hold it; nil for a fact of the set as a whole.
    package let member: Member?
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
  /// The stages at which it is judged.
  package let stages: [Stage]
  /// The scenarios that show it; none where the packages or measurements do.
  package let scenarios: [String]
  /// Whether it judges what was measured of launches.
  package let measures: Bool
  /// Whether it judges what QEMU sent to the kernel.
  package let countsCalls: Bool
  /// Whether it judges what libvirt answered against the answers of the set before.
  package let comparesAnswers: Bool
  /// Whether it judges a set against another one.
  package let compares: Bool
  /// What it needs of a live host to be judged to its end; none where it needs none.
  package let needs: [String]
  package let remedy: String
  package let knownCase: String

  package init(_ contract: Contract) {
    (id, catalogue, claim) = (contract.id, contract.catalogue, contract.claim)
    (from, to, types) = (contract.from, contract.to, contract.types)
    (basis, remedy, knownCase) = (contract.basis, contract.remedy, contract.knownCase)
    reads = contract.reads.map { Reading(name: $0, title: $0.title, member: $0.member) }
    stages = contract.stages
    var (scenarios, needs): ([String], [String]) = ([], [])
    var (measures, countsCalls, compares, comparesAnswers) = (false, false, false, false)
    for judge in contract.judges {
      switch judge {
      case .facts: break
      case .comparison: compares = true
      case .scenarios(let ids): scenarios += ids
      case .launches: measures = true
      case .calls: countsCalls = true
      case .answers: comparesAnswers = true
      case .host(let stage, let words): needs.append("at stage \(stage.rawValue): \(words)")
      }
    }
    (self.scenarios, self.needs) = (scenarios, needs)
    (self.measures, self.countsCalls, self.compares) = (measures, countsCalls, compares)
    self.comparesAnswers = comparesAnswers
  }

  /// The lines for a terminal, without a newline at the end.
  package func text(style: Style = .plain, width: Int = 100) -> String {
    let promise = "\(list(from.map(\.title))) to \(list(to.map(\.title)))"
    let promised = [
      ("claim", claim), ("promise", promise),
      ("types", types.isEmpty ? "the set as a whole" : list(types.map(\.title))),
      ("basis", basis), ("reads", judgedOn),
    ]
    let advice = [("remedy", remedy), ("known case", knownCase)]
    let lines = (promised + needs.map { ("needs", $0) } + advice).flatMap { label, text in
      Paragraph(label: label, tone: .faint, indent: 12, text: text).lines(
        width: width, style: style)
    }
    let title = "\(catalogue) \(id)".visible
    return ([style.paint(title, .title), ""] + lines).joined(separator: "\n")
  }

  /// The facts that it reads, each with its member, and what else it looks at.
  var judgedOn: String {
    let facts = reads.map { "\($0.title) (\($0.member?.title ?? "set"))" }
    return list(
      facts + (compares ? ["the same of the set that it is compared with"] : [])
        + (measures ? ["what was measured of all launches"] : [])
        + (countsCalls ? ["what QEMU sent to the kernel"] : [])
        + (comparesAnswers ? ["what libvirt answered here and on the set before"] : [])
        + (scenarios.isEmpty ? [] : ["what became of \(list(scenarios))"]))
  }

  private func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
