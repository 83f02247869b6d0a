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
  /// Packages that librpm does not install together.
  case refused([RPMProblem])
  /// Packages that librpm stopped installing midway, with those that it had installed.
  case brokenOff(installed: [String], reason: String)
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
    case .refused(let problems): "cannot install the packages: \(Self.list(problems))"
    case .brokenOff(let installed, let reason):
      "installing broke off after \(installed.count) packages: \(reason);"
        + " take out the package that failed, or install without scriptlets"
    case .host(let reason): reason
    }
  }

  /// The first few problems, each with what can be done, and how many there are besides.
  private static func list(_ problems: [RPMProblem]) -> String {
    let most = 10
    let told = problems.prefix(most).map { "\($0); \($0.remedy)" }.joined(separator: "\n")
    return problems.count > most ? "\(told)\nand \(problems.count - most) more" : told
  }
}
