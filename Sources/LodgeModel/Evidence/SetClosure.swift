/// How the packages of a set stand to each other, and to those that they could be replaced by.
package struct SetClosure: Codable, Equatable, Sendable {
  /// A requirement that no package of the set meets.
  package struct Unmet: Codable, Equatable, Sendable {
    /// Name and version of the package that has it.
    package var package: String
    /// The requirement as the package writes it, such as `qemu-system-common (>> 1:11.1.3)`.
    package var requirement: String
    /// What the set has in its place, such as `qemu-system-common 1:10.0.13`; nil for nothing.
    package var found: String?

    package init(package: String, requirement: String, found: String?) {
      (self.package, self.requirement, self.found) = (package, requirement, found)
    }
  }

  /// A package elsewhere that an upgrade would put in the place of one of the set.
  package struct Rival: Codable, Equatable, Sendable {
    /// Name and version of the set's package.
    package var package: String
    /// Where the set's package is from.
    package var source: String
    /// The version that outranks it.
    package var version: String
    /// Where that one is from.
    package var from: String

    package init(package: String, source: String, version: String, from: String) {
      (self.package, self.source) = (package, source)
      (self.version, self.from) = (version, from)
    }
  }

  /// How many packages were looked at.
  package var packages: Int
  /// Ordered by package.
  package var unmet: [Unmet]
  /// Ordered by package; of the members and what is built with them only.
  package var rivals: [Rival]

  package init(packages: Int, unmet: [Unmet], rivals: [Rival]) {
    (self.packages, self.unmet, self.rivals) = (packages, unmet, rivals)
  }
}
