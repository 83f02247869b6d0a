package import LodgeModel

/// A set whose root is mutated.
package struct MutableSet: Sendable {
  /// Tells how the packages of a lock stand to each other and to a source.
  package typealias Closure = @Sendable (Lock, SetSource) async throws -> SetClosure

  /// The name of the set in the matrix.
  package let name: String
  /// Its root on this host.
  package let root: String
  /// Its packages.
  package let lock: Lock
  /// Where they are from.
  package let source: SetSource
  /// Name and version of the package that put a path there.
  package let ownerOf: @Sendable (String) -> String?
  package let closure: Closure

  /// Names a root and its packages.
  package init(
    name: String, root: String, lock: Lock, source: SetSource,
    ownerOf: @escaping @Sendable (String) -> String?, closure: @escaping Closure
  ) {
    (self.name, self.root, self.lock, self.source) = (name, root, lock, source)
    (self.ownerOf, self.closure) = (ownerOf, closure)
  }
}
