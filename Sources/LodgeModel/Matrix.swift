/// Which sets are judged, by what, for whom: the content of a matrix file.
package struct Matrix: Equatable, Sendable {
  /// One build set by name and by where its packages come from.
  package struct BuildSet: Equatable, Sendable {
    package var name: String
    package var source: SetSource

    package init(name: String, source: SetSource) { (self.name, self.source) = (name, source) }
  }

  /// The sets in the file's order.
  package var sets: [BuildSet]
  package var contracts: [Glob]
  package var scenarios: [Glob]
  /// Ids of platforms.
  package var platforms: [String]

  package init(
    sets: [BuildSet], contracts: [Glob] = ["*"], scenarios: [Glob] = ["*"],
    platforms: [String] = []
  ) {
    (self.sets, self.contracts, self.scenarios) = (sets, contracts, scenarios)
    self.platforms = platforms
  }
}

/// Where the packages of a set come from.
package enum SetSource: Equatable, Sendable {
  case apt(AptWish)
  /// Package files, or folders that hold them.
  case files([String])
  /// The packages of this very host, with the running kernel or the release that is named.
  case installed(kernel: String?)
}
