/// Which sets are judged, by what, for whom: the content of a matrix file.
package struct Matrix: Equatable, Sendable {
  /// One build set by name and by where its packages come from.
  package struct BuildSet: Equatable, Sendable {
    package var name: String
    package var source: SetSource
    package var installation: Installation
    /// The name of the set of the matrix that it is compared with; nil for none.
    package var baseline: String?

    package init(
      name: String, source: SetSource, installation: Installation = .unpacked,
      baseline: String? = nil
    ) {
      (self.name, self.source, self.installation) = (name, source, installation)
      self.baseline = baseline
    }
  }

  /// The sets in the file's order.
  package var sets: [BuildSet]
  package var contracts: [Glob]
  package var scenarios: [Glob]
  /// Ids of platforms.
  package var platforms: [String]
  /// Combinations of members of the sets.
  package var grids: [Grid]

  package init(
    sets: [BuildSet], contracts: [Glob] = ["*"], scenarios: [Glob] = ["*"],
    platforms: [String] = [], grids: [Grid] = []
  ) {
    (self.sets, self.contracts, self.scenarios) = (sets, contracts, scenarios)
    (self.platforms, self.grids) = (platforms, grids)
  }
}

/// How the root of a set is made of its packages.
package enum Installation: Equatable, Hashable, Sendable {
  /// Their files are laid over each other; nothing of theirs runs.
  case unpacked
  /// librpm installs them, with a package database; scriptlets and triggers run only if wanted.
  case transaction(scriptlets: Bool)
}

/// Where the packages of a set come from.
package enum SetSource: Equatable, Sendable {
  case apt(AptWish)
  /// RPM repositories, a Koji hub and loose files, which together are one set.
  case rpm(RPMWish)
  /// Package files, or folders that hold them.
  case files([String])
  /// The packages of this very host, with the running kernel or the release that is named.
  case installed(kernel: String?)
  /// Members of other sets.
  indirect case mix(MixWish)
}
