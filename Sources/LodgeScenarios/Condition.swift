/// Abilities that must be there, and abilities that must not; no demand always holds.
package struct Condition: Equatable, Sendable, CustomStringConvertible {
  /// One ability and whether it is wanted.
  package struct Demand: Equatable, Sendable {
    package var ability: Ability
    package var isWanted: Bool

    package init(_ ability: Ability, isWanted: Bool = true) {
      (self.ability, self.isWanted) = (ability, isWanted)
    }

    /// Reads `qemu.tdx-guest` or `not qemu.tdx-guest`.
    ///
    /// - Throws: ``AbilityFailure`` for a name that no ability has.
    package init(_ text: String) throws(AbilityFailure) {
      let isWanted = !text.hasPrefix("not ")
      self.init(try Ability(isWanted ? text : String(text.dropFirst(4))), isWanted: isWanted)
    }
  }

  package var demands: [Demand]

  package init(_ demands: [Demand] = []) { self.demands = demands }

  /// The first demand that is not met; nil where the condition holds.
  ///
  /// - Throws: ``MissingAbility`` where it cannot be known.
  package func firstUnmet(in abilities: SetAbilities) throws(MissingAbility) -> Demand? {
    for demand in demands where try abilities.has(demand.ability) != demand.isWanted {
      return demand
    }
    return nil
  }

  /// Whether every demand is met.
  ///
  /// - Throws: ``MissingAbility`` where it cannot be known.
  package func holds(in abilities: SetAbilities) throws(MissingAbility) -> Bool {
    try firstUnmet(in: abilities) == nil
  }

  package var description: String {
    demands.map { ($0.isWanted ? "" : "not ") + $0.ability.description }.joined(separator: ", ")
  }
}
