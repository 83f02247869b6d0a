package import LodgeModel

/// What a set that lacks an ability answers, so that scenarios need not repeat it.
package struct Ladder: Equatable, Sendable {
  /// One ability with the answer of a set that does not have it.
  package struct Rung: Equatable, Sendable {
    package var lacks: Ability
    package var at: Moment
    package var refusal: RefusalPattern

    package init(lacks ability: Ability, at moment: Moment, _ refusal: RefusalPattern) {
      (self.lacks, self.at, self.refusal) = (ability, moment, refusal)
    }
  }

  /// The steps at which a set can say that it does not have a domain type.
  package enum Moment: String, CaseIterable, Sendable {
    case define
    case start
  }

  /// Rungs in the order in which abilities are looked at: schema, libvirt, QEMU, kernel, platform.
  package var rungs: [DomainType: [Rung]]
  /// The platforms of a scenario that names none.
  package var platforms: [DomainType: [String]]

  /// The scenario, by its id without the case, that says whether a type can be launched at all: where
  /// a set breaks that promise, it fails and the others are blocked.
  package var proofs: [DomainType: String]

  package init(
    rungs: [DomainType: [Rung]], platforms: [DomainType: [String]] = [:],
    proofs: [DomainType: String] = [:]
  ) {
    (self.rungs, self.platforms, self.proofs) = (rungs, platforms, proofs)
  }

  /// The rung on which a set stops for a domain type; nil where it has every ability.
  ///
  /// - Throws: ``MissingAbility`` where it cannot be known.
  package func stop(
    of type: DomainType, in abilities: SetAbilities
  ) throws(MissingAbility) -> Rung? {
    for rung in rungs[type] ?? [] where try !abilities.has(rung.lacks) { return rung }
    return nil
  }
}
