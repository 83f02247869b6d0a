package import LodgeModel

/// What comes of taking members from several sets.
package enum Mixture: Codable, Equatable, Sendable {
  /// They go together.
  case resolved(Resolved)
  /// They do not, and why, in libsolv's words; the lock lists what was wanted all the same.
  case impossible([String], wanted: Lock)

  /// A set that was mixed.
  package struct Resolved: Codable, Equatable, Sendable {
    package var lock: Lock
    /// Packages that belong to no member and are not from the base, ordered by name.
    package var along: [Package]
    /// Packages of the base that belong to no member and had to go, ordered by name.
    package var gone: [Package]

    package init(lock: Lock, along: [Package] = [], gone: [Package] = []) {
      (self.lock, self.along, self.gone) = (lock, along, gone)
    }
  }
}
