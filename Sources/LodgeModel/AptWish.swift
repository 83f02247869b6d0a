/// What a set asks of apt: suites, and packages with the suite they are to come from.
package struct AptWish: Codable, Equatable, Sendable {
  /// One package that is asked for by name.
  package struct Member: Codable, Equatable, Sendable {
    package var name: String
    /// The suite it must come from; nil for apt's own choice among the set's suites.
    package var suite: String?

    package init(name: String, suite: String? = nil) { (self.name, self.suite) = (name, suite) }
  }

  /// The set's name, for messages only.
  package var set: String
  package var suites: [String]
  /// Suites that hosts of the set have besides, and that nothing is taken from.
  package var stock: [String] = []
  package var acceptExpired: Bool
  package var members: [Member]
  /// Source packages, in the version that the members were built from.
  package var sources: [SourceWish]

  package init(
    set: String, suites: [String], acceptExpired: Bool, members: [Member],
    sources: [SourceWish] = []
  ) {
    (self.set, self.suites, self.acceptExpired) = (set, suites, acceptExpired)
    (self.members, self.sources) = (members, sources)
  }

  /// The set's suites, and after them those that only single members come from.
  package var allSuites: [String] {
    var seen: [String] = []
    for suite in suites + members.compactMap(\.suite) where !seen.contains(suite) {
      seen.append(suite)
    }
    return seen
  }
}
