import Foundation
package import LodgeModel

/// What statements of Lodge are about: the package files of one build set, and its lock.
package struct SetSubject: Equatable, Sendable {
  /// The id of the set, which is the digest of its lock.
  package let set: Digest
  /// The package files, in the order of the lock; never empty.
  package let files: [ResourceDescriptor]

  /// The name of the subject that stands for the lock.
  private static let lockName = "lock"

  /// The set that a lock lists.
  ///
  /// Packages without a digest, as on an installed host, are left out.
  ///
  /// - Throws: ``StatementFailure`` where nothing is left.
  package init(_ lock: Lock) throws(StatementFailure) {
    let names = lock.packages.map { String($0.path.split(separator: "/").last ?? "") }
    let uses = Dictionary(grouping: names) { $0 }
    files = zip(lock.packages, names).compactMap { package, name in
      guard let digest = package.sha256 else { return nil }
      // Names should be unique among the subjects: in-toto attestation v1, statement.md.
      let isPlain = uses[name]?.count == 1 && !["", Self.lockName].contains(name)
      return ResourceDescriptor(
        name: isPlain ? name : "\(package.label) \(package.path)", sha256: digest)
    }
    guard !files.isEmpty else { throw .noSubject }
    set = Digest(hashing: lock.identity)
  }
}

extension SetSubject: Codable {
  package init(from decoder: any Decoder) throws {
    let all = try [ResourceDescriptor](from: decoder)
    let locks = all.filter { $0.name == Self.lockName }
    files = all.filter { $0.name != Self.lockName }
    guard locks.count == 1, let lock = locks.first, !files.isEmpty else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "the subjects are not package files and one lock"))
    }
    set = lock.sha256
  }

  package func encode(to encoder: any Encoder) throws {
    try (files + [ResourceDescriptor(name: Self.lockName, sha256: set)]).encode(to: encoder)
  }
}
