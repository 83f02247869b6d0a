/// How the packages of a set stand to each other, and to those that they could be replaced by.
package struct SetClosure: Codable, Equatable, Sendable {
  /// A requirement that no package of the set meets.
  package struct Unmet: Codable, Equatable, Sendable {
    /// Name and version of the package that has it.
    package var package: String
    /// The requirement as the packaging system writes it, such as `qemu-system-common >> 1:11.1.3`.
    package var requirement: String
    /// What the set has in its place, such as `qemu-system-common 1:10.0.13`; nil for nothing.
    package var found: String?
    /// Whether the package is a loose file, of which nobody said that the set is whole.
    package var isLoose: Bool

    package init(package: String, requirement: String, found: String?, isLoose: Bool = false) {
      (self.package, self.requirement, self.found) = (package, requirement, found)
      self.isLoose = isLoose
    }
  }

  /// Two packages of the set that must not be installed together.
  package struct Conflict: Codable, Equatable, Sendable {
    /// Name and version of the package that says so.
    package var package: String
    /// Name and version of the other one.
    package var other: String
    /// What it says, such as `libvirt0 << 11`; nil for two versions of one package.
    package var relation: String?

    package init(package: String, other: String, relation: String?) {
      (self.package, self.other, self.relation) = (package, other, relation)
    }
  }

  /// A package elsewhere that an upgrade would put in the place of one of the set.
  package struct Rival: Codable, Equatable, Sendable {
    /// Name and version of the set's package.
    package var package: String
    /// Where the set's package is from.
    package var source: String
    /// The version that outranks it; with the name before it where that is another one.
    package var version: String
    /// Where that one is from.
    package var from: String
    /// Names and versions of all packages of the set that are built from the same source.
    package var builtWith: [String]

    package init(
      package: String, source: String, version: String, from: String, builtWith: [String] = []
    ) {
      (self.package, self.source) = (package, source)
      (self.version, self.from, self.builtWith) = (version, from, builtWith)
    }
  }

  /// How many packages were looked at.
  package var packages: Int
  /// Ordered by package.
  package var unmet: [Unmet]
  /// Ordered by package.
  package var conflicts: [Conflict]
  /// Ordered by package; of the members and what is built with them only.
  ///
  /// Nil where the set names no archive or repository, so that nobody can say what there is besides.
  package var rivals: [Rival]?

  package init(
    packages: Int, unmet: [Unmet] = [], conflicts: [Conflict] = [], rivals: [Rival]? = nil
  ) {
    (self.packages, self.unmet) = (packages, unmet)
    (self.conflicts, self.rivals) = (conflicts, rivals)
  }
}
