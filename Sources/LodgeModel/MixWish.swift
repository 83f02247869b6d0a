/// A set that takes its members from other sets.
package struct MixWish: Equatable, Sendable {
  /// Gives all that is not taken from another set.
  package var base: Matrix.BuildSet
  /// Who gives a member; the base gives those that are not named.
  package var givers: [Member: Matrix.BuildSet]

  package init(base: Matrix.BuildSet, givers: [Member: Matrix.BuildSet]) {
    (self.base, self.givers) = (base, givers)
  }

  /// The sets that something is taken from, each once, the base first.
  package var sets: [Matrix.BuildSet] {
    Member.allCases.compactMap { givers[$0] }.reduce(into: [base]) { sets, giver in
      if !sets.contains(where: { $0.name == giver.name }) { sets.append(giver) }
    }
  }
}

extension Matrix {
  /// A grid of sets: every combination of some members of several sets.
  package struct Grid: Equatable, Sendable {
    package var name: String
    /// The names of the sets of the matrix that members are taken from.
    package var sets: [String]
    /// The members that are taken from each set in turn.
    package var members: [Member]
    /// The name of the set that gives all else.
    package var base: String

    package init(name: String, sets: [String], members: [Member], base: String) {
      (self.name, self.sets, self.members, self.base) = (name, sets, members, base)
    }

    /// The most combinations that a grid may have.
    package static let limit = 256

    /// How many combinations there are; never more than a little above ``limit``.
    package var count: Int {
      members.reduce(1) { count, _ in min(count * sets.count, Self.limit + 1) }
    }

    /// The names of the sets that give the members, for each combination in order.
    package var combinations: [[String]] {
      members.reduce([[]]) { rows, _ in rows.flatMap { row in sets.map { row + [$0] } } }
    }

    /// The name of a combination as a set: `GRID/` and the names of who gives the members, in the
    /// order of the members.
    package func name(of combination: [String]) -> String {
      "\(name)/\(combination.joined(separator: "+"))"
    }
  }

  /// The combinations of all grids, as sets.
  package var mixes: [BuildSet] {
    let known = Dictionary(sets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return grids.flatMap { grid -> [BuildSet] in
      guard let base = known[grid.base] else { return [] }
      return grid.combinations.map { combination in
        let givers = zip(grid.members, combination).compactMap { member, name in
          known[name].map { (member, $0) }
        }
        return BuildSet(
          name: grid.name(of: combination),
          source: .mix(MixWish(base: base, givers: Dictionary(uniqueKeysWithValues: givers))),
          installation: base.installation)
      }
    }
  }
}
