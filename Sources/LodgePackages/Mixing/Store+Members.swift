import Foundation
import LodgeHost
package import LodgeModel

extension Store {
  /// The member that each package of a lock belongs to, by the digest of the package; packages that
  /// belong to none are left out.
  ///
  /// What makes a member is told by the files of packages, not by their names. All that is built from
  /// the source of one of them goes with it: such packages require each other in one version.
  ///
  /// - Throws: ``PackageFailure`` for a package that the store lacks or that is damaged.
  package func members(of lock: Lock) async throws -> [Digest: Member] {
    let key = Digest(of: Data("members/\(Self.memberRules) \(lock.id)".utf8))
    let place = "\(path)/closures/\(key.hex.prefix(2))/\(key.hex).json"
    if let known = try? Data(contentsOf: URL(filePath: place)),
      let members = try? CanonicalJSON.decode([String: Member].self, from: known)
    {
      return Dictionary(
        members.compactMap { text, member in Digest(text).map { ($0, member) } },
        uniquingKeysWith: { first, _ in first })
    }
    let members = try await membersByContent(of: lock)
    let text = members.map { ($0.key.description, $0.value) }
    try keep(CanonicalJSON.encode(Dictionary(uniqueKeysWithValues: text)), as: place)
    return members
  }

  /// The packages of a lock by the part of the set that they are, by digest.
  ///
  /// - Throws: as ``members(of:)``.
  package func parts(of lock: Lock) async throws -> [SetPart: Set<Digest>] {
    let members = try await members(of: lock)
    let digests = lock.packages.compactMap(\.sha256)
    return Dictionary(grouping: digests) { members[$0].map(SetPart.init) ?? .rest }
      .mapValues(Set.init)
  }

  private func membersByContent(of lock: Lock) async throws -> [Digest: Member] {
    let pool = try ClosurePool(lock, in: self)
    var makers: [String: Member] = [:]
    let found = try await inParallel(lock.binaryPackages) { package in
      (package.sha256, try member(madeBy: package))
    }
    let own = Dictionary(
      found.compactMap { digest, member in digest.map { ($0, member) } },
      uniquingKeysWith: { first, _ in first })
    for (number, package) in pool.packages {
      guard let member = package.sha256.flatMap({ own[$0] }) ?? nil else { continue }
      let source = pool.sourceName(of: number) ?? package.name
      // QEMU's own source may hold firmware, too: who has the program is what the source is.
      if let other = makers[source], SetPart(other) < SetPart(member) { continue }
      makers[source] = member
    }
    var members: [Digest: Member] = [:]
    for (number, package) in pool.packages {
      guard let digest = package.sha256 else { continue }
      members[digest] = makers[pool.sourceName(of: number) ?? package.name]
    }
    for source in lock.sourcePackages {
      for digest in source.files.compactMap(\.sha256) { members[digest] = makers[source.name] }
    }
    return members
  }

  /// The first of the members that files of a package make.
  private func member(madeBy package: Package) throws -> Member? {
    guard let digest = package.sha256 else { return nil }
    return try tree(of: digest, label: package.label).entries
      .filter { $0.kind != .directory }
      .compactMap { Member(madeBy: $0.path) }
      .min { SetPart($0) < SetPart($1) }
  }
}

extension Store {
  /// Raised where packages are told apart by other rules; what is kept by older ones is made anew.
  static let memberRules = 1
}

extension ClosurePool {
  /// The name of the source package that a package was built from; nil where nothing tells.
  fileprivate func sourceName(of number: Int32) -> String? {
    guard let built = built[number] else { return nil }
    return built.hasSuffix(".src.rpm")
      ? RPMFileName.source(in: built) : built.split(separator: " ").first.map(String.init)
  }
}
