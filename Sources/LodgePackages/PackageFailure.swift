package import LodgeModel

/// Why the packages of a set could not be had.
package enum PackageFailure: Error, Equatable, CustomStringConvertible {
  /// A package file that is cut, tampered with, or hostile.
  case damaged(package: String, entry: String?, reason: String)
  /// A package file whose bytes are not those that the lock lists.
  case otherDigest(package: String, expected: Digest, found: Digest)
  /// A set whose members cannot be resolved.
  case unresolved(set: String, reason: String, remedy: String)
  /// A package that its archive no longer gives out.
  case unavailable(package: String, reason: String)
  /// A repository, or a hub, whose answers cannot be used.
  case repository(String, reason: String, remedy: String)
  /// A package whose signature the set does not accept.
  case signature(package: String, source: String, reason: String, remedy: String)
  /// Something on this host that is not as needed.
  case host(String)

  package var description: String {
    switch self {
    case .damaged(let package, let entry, let reason):
      "package \(package)\(entry.map { ": entry \($0)" } ?? ""): \(reason)"
    case .otherDigest(let package, let expected, let found):
      "package \(package): its digest is \(found), the lock lists \(expected);"
        + " it was changed or damaged, fetch it again from an archive you trust"
    case .unresolved(let set, let reason, let remedy):
      "cannot resolve set \(set): \(reason)\(remedy.isEmpty ? "" : "; \(remedy)")"
    case .unavailable(let package, let reason):
      "cannot fetch package \(package): \(reason);"
        + " if its archive has dropped it, resolve the set again"
    case .repository(let id, let reason, let remedy): "repository \(id): \(reason); \(remedy)"
    case .signature(let package, let source, let reason, let remedy):
      "package \(package) of \(source): \(reason); \(remedy)"
    case .host(let reason): reason
    }
  }
}
