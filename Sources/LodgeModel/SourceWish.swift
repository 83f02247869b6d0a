/// A source package that a set asks for, to read what its programs were built from.
package struct SourceWish: Codable, Equatable, Sendable {
  /// The source package's own name, such as `qemu`, not that of a package built from it.
  package var name: String
  /// Whether the set is judged without it where its archive lists it and no longer has it.
  package var isOptional: Bool

  package init(name: String, isOptional: Bool = false) {
    (self.name, self.isOptional) = (name, isOptional)
  }
}
