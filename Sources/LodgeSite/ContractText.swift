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
  package let remedy: String
  package let knownCase: String

  package init(_ contract: Contract) {
    (id, catalogue, claim) = (contract.id, contract.catalogue, contract.claim)
    (from, to, types) = (contract.from, contract.to, contract.types)
    (basis, remedy, knownCase) = (contract.basis, contract.remedy, contract.knownCase)
    reads = contract.reads.map { Reading(name: $0, title: $0.title, member: $0.member) }
  }

  /// The lines for a terminal, without a newline at the end.
  package func text(style: Style = .plain, width: Int = 100) -> String {
    let promise = "\(list(from.map(\.title))) to \(list(to.map(\.title)))"
    let lines = [
      ("claim", claim), ("promise", promise),
      ("types", types.isEmpty ? "the set as a whole" : list(types.map(\.title))),
      ("basis", basis), ("reads", list(reads.map { "\($0.title) (\($0.member.title))" })),
      ("remedy", remedy), ("known case", knownCase),
    ].flatMap { label, text in
      Paragraph(label: label, tone: .faint, indent: 12, text: text).lines(
        width: width, style: style)
    }
    let title = "\(catalogue) \(id)".visible
    return ([style.paint(title, .title), ""] + lines).joined(separator: "\n")
  }

  private func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}

/// All contracts, a line each.
package struct ContractList: Encodable, Equatable, Sendable {
  /// The version of the JSON shape.
  package let schema = "lodge.contracts/1"
  package let contracts: [ContractText]

  package init(_ contracts: [Contract]) { self.contracts = contracts.map(ContractText.init) }

  /// The lines for a terminal, without a newline at the end.
  package func text(style: Style = .plain, width: Int = 100) -> String {
    let indent = 2 + (contracts.map { heading($0).count }.max() ?? 0)
    return contracts.flatMap { contract in
      Paragraph(label: heading(contract), tone: nil, indent: indent, text: contract.claim)
        .lines(width: width, style: style)
    }.joined(separator: "\n")
  }

  private func heading(_ contract: ContractText) -> String {
    "\(contract.catalogue)  \(contract.id)".visible
  }
}
