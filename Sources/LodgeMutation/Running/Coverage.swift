package import LodgeModel

/// Which contracts are not proven: those without a mutation, or with too few harmless changes.
package struct Coverage: Sendable {
  /// What is missing, one sentence each; empty where all contracts are proven.
  package let gaps: [String]

  /// How many harmless changes must touch a fact that a contract reads.
  package static let harmlessLeast = 3

  /// Looks for a mutation and harmless changes of each contract.
  package init(
    of contracts: [Contract], mutations: [Mutation], harmless: [HarmlessChange]
  ) {
    var gaps: [String] = []
    for contract in contracts {
      if !mutations.contains(where: { $0.contracts.contains(contract.id) }) {
        gaps.append("\(contract.catalogue) \(contract.id) has no mutation that it must catch")
      }
      let count = harmless.count { change in
        !change.touches.isDisjoint(with: contract.reads)
          || change.scenarios.contains(where: contract.isJudged(byLaunching:))
      }
      if count < Self.harmlessLeast {
        gaps.append(
          "\(contract.catalogue) \(contract.id) has \(count) harmless changes that touch what it "
            + "reads, fewer than \(Self.harmlessLeast)")
      }
    }
    let names = mutations.map(\.id) + harmless.map(\.id)
    for (name, count) in Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +).sorted(by: <)
    where count > 1 {
      gaps.append("\(count) changes are called \(name)")
    }
    self.gaps = gaps
  }
}

extension Contract {
  /// Whether scenarios that fit a pattern show something of it.
  fileprivate func isJudged(byLaunching pattern: String) -> Bool {
    judges.contains { judge in
      switch judge {
      case .facts, .comparison, .host: false
      case .launches, .calls, .answers: true
      case .scenarios(let ids): ids.contains { Glob(pattern.withoutCase).matches($0) }
      }
    }
  }
}
