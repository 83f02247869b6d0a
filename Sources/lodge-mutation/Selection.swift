import LodgeContracts
import LodgeModel
import LodgeMutation

/// What is to be tried.
struct Selection {
  let contracts: [Contract]
  let mutations: [Mutation]
  let harmless: [HarmlessChange]

  /// Takes what is of contracts that fit some patterns; all where none is given.
  init(_ globs: [Glob], harmlessOnly: Bool) {
    let contracts = allContracts.filter { contract in
      globs.isEmpty
        || globs.contains { $0.matches(contract.id) || $0.matches(contract.catalogue) }
    }
    let ids = Set(contracts.map(\.id))
    let facts = Set(contracts.flatMap(\.reads))
    self.contracts = contracts
    mutations =
      harmlessOnly ? [] : allMutations.filter { !ids.isDisjoint(with: $0.contracts) }
    harmless = harmlessChanges.filter { change in
      globs.isEmpty || (harmlessOnly && !facts.isDisjoint(with: change.touches))
    }
  }

  /// The sets that mutations are made of; packages of one stand in for those of another.
  static let sets = Set(allMutations.map(\.base.set) + harmlessChanges.map(\.base.set))

  /// One line for each, for people.
  var text: String {
    let changes = mutations.map { mutation in
      "\(mutation.id) (\(mutation.base.name)): "
        + mutation.edits.map(\.title).joined(separator: "; ")
    }
    let quiet = harmless.map { change in
      "harmless: \(change.id) (\(change.base.name)): "
        + change.edits.map(\.title).joined(separator: "; ")
    }
    return (changes + quiet).joined(separator: "\n")
  }
}
