import Foundation
import LodgeHost
package import LodgeModel
package import LodgeWeb

extension Store {
  /// The lock of what a set asks of RPM repositories, a hub and loose files.
  ///
  /// Every package is fetched and checked first, as only its bytes tell who signed it. The same state
  /// of the sources gives the same lock, so a state that was seen before is a look-up; offline, so is
  /// the last lock of the same wish.
  ///
  /// - Throws: ``PackageFailure`` naming source, package and remedy.
  package func lock(
    of wish: RPMWish, offline: Bool, web: Web,
    checked: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> Lock {
    let last = "\(path)/resolved/last-\(Digest(of: Data("\(wish)".utf8)).hex).json"
    if offline, let lock = known(last) { return lock }
    if offline, wish.koji != nil {
      throw PackageFailure.unresolved(
        set: wish.set, reason: "nothing is known yet of its builds",
        remedy: "run once with a network, without --offline")
    }
    let lock: Lock
    do {
      lock = try await resolve(wish, offline, web, checked)
    } catch is RepositoryReader.OtherState {
      // A repository that was updated in between is whole again once its index is read anew.
      do { lock = try await resolve(wish, offline, web, checked) } catch let other
        as RepositoryReader.OtherState
      { throw other.failure }
    }
    try replace(lock.canonicalBytes, at: last)
    return lock
  }

  /// What would be taken for a set, chosen anew from what its sources have; no package is fetched.
  ///
  /// - Throws: ``PackageFailure`` naming the source, or with the solver's explanation.
  package func plan(
    of wish: RPMWish, offline: Bool, web: Web
  ) async throws -> [PlannedPackage] {
    let sources = try await SetSources(of: wish, store: self, web: web, offline: offline)
    do {
      return try await chosen(of: wish, from: sources).map {
        PlannedPackage(nevra: $0.nevra, source: $0.source, size: $0.size)
      }
    } catch let other as RepositoryReader.OtherState {
      throw other.failure
    }
  }

  private func chosen(
    of wish: RPMWish, from sources: SetSources
  ) async throws -> [WantedPackage] {
    let folder = scratch.fresh("headers")
    try makeFolder(folder)
    defer { try? removeTree(folder) }
    let headers = try await sources.builds?.headers(into: folder) ?? []
    return try await SetSolving(
      wish: wish, sources: sources, store: self, headers: headers
    ).chosen()
  }

  private func resolve(
    _ wish: RPMWish, _ offline: Bool, _ web: Web, _ checked: @escaping @Sendable (String) -> Void
  ) async throws -> Lock {
    let sources = try await SetSources(of: wish, store: self, web: web, offline: offline)
    let seen = "\(path)/resolved/\(Digest(of: Data("\(wish)\n\(sources.state)".utf8)).hex).json"
    if let lock = known(seen) { return lock }
    let wanted = try await chosen(of: wish, from: sources)
    let packages = try await inParallel(wanted.sorted { $0.size ?? 0 > $1.size ?? 0 }, width: 4) {
      let package = try await take($0, accepting: wish.signatures, web: web)
      checked(package.name)
      return package
    }
    let used = Set(packages.map(\.suite))
    let lock = Lock(
      packages: packages, sources: sources.told.filter { used.contains($0.id) },
      lacking: wish.lacking(in: packages))
    try replace(lock.canonicalBytes, at: seen)
    return lock
  }

  private func known(_ file: String) -> Lock? {
    (try? Data(contentsOf: URL(filePath: file))).flatMap { try? Lock(reading: $0) }
  }
}

extension RPMWish {
  /// The optional sources that no place of the set has in the version of its packages.
  fileprivate func lacking(in packages: [Package]) -> [Lock.Lacking] {
    sources.filter { source in !packages.contains { $0.isSource && $0.name == source.name } }
      .map {
        Lock.Lacking(
          name: $0.name, version: "of this set", reason: "no repository or hub of it has that one")
      }
  }
}

/// A package that a set would take.
package struct PlannedPackage: Equatable, Sendable {
  /// Name, version and architecture as its source says.
  package var nevra: String
  /// The id of its source; empty for a loose file.
  package var source: String
  /// Bytes of the package file; nil where its source does not say.
  package var size: Int?
}

extension SetSources {
  /// What a lock says of the sources.
  fileprivate var told: [Lock.Source] {
    repositories.map { reader, _ in
      switch reader.repository.address {
      case .base(let address):
        Lock.Source(id: reader.repository.id, baseurl: reader.filled(address))
      case .metalink(let address):
        Lock.Source(id: reader.repository.id, metalink: reader.filled(address))
      }
    } + (builds.map { [$0.source] } ?? [])
  }

  /// The keys of all sources, for loose files.
  var allKeys: SetKeys {
    SetKeys(of: repositories.map(\.state.keys) + (builds.map { [$0.keys] } ?? []))
  }
}
