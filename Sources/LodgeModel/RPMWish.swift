/// What a set asks of RPM repositories, Koji and loose files: together they are one set.
package struct RPMWish: Equatable, Sendable {
  /// One package that is asked for by name.
  package struct Member: Equatable, Sendable {
    /// A name, `NAME.ARCH`, a name with its version, or what a package provides.
    package var name: String
    /// The id of the repository that it must come from; nil for the solver's choice.
    package var repository: String?

    package init(name: String, repository: String? = nil) {
      (self.name, self.repository) = (name, repository)
    }
  }

  /// A repository as dnf knows it.
  package struct Repository: Equatable, Sendable {
    /// Where it is.
    package enum Address: Equatable, Sendable {
      /// The folder that holds `repodata`.
      case base(String)
      /// A document that names mirrors of `repodata/repomd.xml`.
      case metalink(String)
    }

    package var id: String
    package var address: Address
    /// Paths or addresses of the keys that its packages, and its metadata, may be signed with.
    package var keys: [String]
    /// Whether `repomd.xml` must be signed by one of the keys.
    package var isMetadataSigned: Bool
    /// Of two repositories that have a package, the one with the smaller number gives it.
    package var priority: Int
    /// Names of packages that it is not to give.
    package var exclude: [Glob]

    package init(
      id: String, address: Address, keys: [String] = [], isMetadataSigned: Bool = false,
      priority: Int = 99, exclude: [Glob] = []
    ) {
      (self.id, self.address, self.keys) = (id, address, keys)
      (self.isMetadataSigned, self.priority, self.exclude) = (isMetadataSigned, priority, exclude)
    }
  }

  /// Builds of a Koji hub.
  package struct Koji: Equatable, Sendable {
    /// Which builds are meant.
    package enum Selection: Equatable, Sendable {
      /// The newest builds of a tag, and of those it inherits from.
      case tag(String)
      /// Builds by name-version-release, or by number.
      case builds([String])
      /// What a task built, such as a scratch build.
      case task(Int)
    }

    package var id: String
    /// The address of the hub, which answers XML-RPC.
    package var server: String
    /// The base below which builds lie.
    package var topurl: String
    package var selection: Selection
    package var keys: [String]
    /// A file of certificates that the hub's is checked with, instead of the host's own.
    package var authority: String?

    package init(
      id: String = "koji", server: String, topurl: String, selection: Selection,
      keys: [String] = [], authority: String? = nil
    ) {
      (self.id, self.server, self.topurl) = (id, server, topurl)
      (self.selection, self.keys, self.authority) = (selection, keys, authority)
    }
  }

  /// Which packages are let in by their signatures.
  package enum Acceptance: String, CaseIterable, Sendable {
    /// Only those that a key of the set signed.
    case required
    /// All; how each stands is written down.
    case recorded
  }

  /// The set's name, for messages only.
  package var set: String
  package var repositories: [Repository]
  package var koji: Koji?
  /// Package files, or folders that hold them.
  package var files: [String]
  package var releasever: String
  package var architecture: String
  package var members: [Member]
  /// Source packages, in the version that the members were built from.
  package var sources: [SourceWish]
  /// Names of packages that no source is to give.
  package var exclude: [Glob]
  package var signatures: Acceptance

  package init(
    set: String, repositories: [Repository] = [], koji: Koji? = nil, files: [String] = [],
    releasever: String = "", architecture: String = "x86_64", members: [Member],
    sources: [SourceWish] = [], exclude: [Glob] = [], signatures: Acceptance = .required
  ) {
    (self.set, self.repositories, self.koji, self.files) = (set, repositories, koji, files)
    (self.releasever, self.architecture, self.members) = (releasever, architecture, members)
    (self.sources, self.exclude, self.signatures) = (sources, exclude, signatures)
  }
}
