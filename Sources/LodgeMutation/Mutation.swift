package import LodgeModel

/// One change of a real set that some contracts must catch.
package struct Mutation: Identifiable, Sendable {
  /// A stable name: the catalogue number of the contract it is for, and a word or two.
  package let id: String
  /// The ids of the contracts that must catch it.
  package let contracts: [String]
  /// What is changed.
  package let base: Base
  package let edits: [Edit]
  /// The scenarios that show it, as patterns; empty where packages do.
  package let scenarios: [String]
  /// What the finding must name: a part of its sentence, its place or of what a side says.
  package let naming: String
  /// The least grade that counts.
  package let grade: Finding.Grade

  /// Names a change and who must catch it.
  init(
    _ id: String, _ contracts: Contract..., on base: Base, launching scenarios: [String] = [],
    naming: String, grade: Finding.Grade = .fail, _ edits: Edit...
  ) {
    (self.id, self.base, self.edits, self.scenarios) = (id, base, edits, scenarios)
    (self.naming, self.grade) = (naming, grade)
    self.contracts = contracts.map(\.id)
  }
}

/// One change of a real set that no contract may call a failure.
package struct HarmlessChange: Identifiable, Sendable {
  /// A few words: what is other than in the packages.
  package let id: String
  package let base: Base
  package let edits: [Edit]
  /// The facts in whose sources it is.
  package let touches: Set<FactName>
  /// The scenarios that are launched as well, as patterns.
  package let scenarios: [String]

  /// Names a change and the facts that it touches.
  init(
    _ id: String, on base: Base, touches: Set<FactName>, launching scenarios: [String] = [],
    _ edits: Edit...
  ) {
    (self.id, self.base, self.touches, self.edits) = (id, base, touches, edits)
    self.scenarios = scenarios
  }
}

/// What is mutated: a set of the matrix, as it is or mended where it is red already.
package struct Base: Sendable {
  /// What tables call it.
  package let name: String
  /// The name of the set in the matrix.
  package let set: String
  /// What is changed of the set before anything is mutated.
  package let edits: [Edit]

  /// A set, and how it is mended.
  init(_ name: String, set: String? = nil, _ edits: Edit...) {
    (self.name, self.set, self.edits) = (name, set ?? name, edits)
  }

  /// The base with more changed before anything is mutated.
  func mended(_ name: String, _ edits: Edit...) -> Base {
    Base(name, set: set, self.edits + edits)
  }

  private init(_ name: String, set: String, _ edits: [Edit]) {
    (self.name, self.set, self.edits) = (name, set, edits)
  }

  static let bookworm = Base("bookworm")
  static let trixie = Base("trixie")
  static let sid = Base("sid")
}
