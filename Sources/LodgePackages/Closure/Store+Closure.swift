import Foundation
import LodgeBindings
import LodgeHost
package import LodgeModel
import LodgeWeb

extension Store {
  /// How the packages of a lock stand to each other, and to what its sources have besides.
  ///
  /// The sources are looked at as they were when the set was resolved; of a lock without them, nobody
  /// knows what could outrank it.
  ///
  /// - Throws: ``PackageFailure`` for packages that cannot be read.
  package func closure(of lock: Lock, from source: SetSource?) async throws -> SetClosure {
    let state = try await state(of: source)
    let key = Digest(of: Data("closure/2 \(lock.id) \(state ?? "")".utf8))
    let place = "\(path)/closures/\(key.hex.prefix(2))/\(key.hex).json"
    if let known = try? Data(contentsOf: URL(filePath: place)),
      let closure = try? CanonicalJSON.decode(SetClosure.self, from: known)
    {
      return closure
    }
    let set = try ClosurePool(lock, in: self)
    var closure = set.closure()
    switch source {
    case .apt(let wish):
      closure.rivals = try await AptArchive(wish, store: self).rivals(of: set, scratch: scratch)
    case .rpm(let wish):
      closure.rivals = try await rivals(of: lock, from: wish)
    case .files, .installed, .mix, nil: break
    }
    closure.rivals?.sort { ($0.package, $0.version) < ($1.package, $1.version) }
    try keep(CanonicalJSON.encode(closure), as: place)
    return closure
  }

  /// What tells one state of a set's sources from another; nil where it has none.
  private func state(of source: SetSource?) async throws -> String? {
    switch source {
    case .apt(let wish): return "\(try AptArchive(wish, store: self).state())"
    case .rpm(let wish):
      guard let sources = try await repositories(of: wish) else { return nil }
      return "\(wish) \(sources.state)"
    case .files, .installed, .mix, nil: return nil
    }
  }

  /// The repositories of a set as they were last seen; nil where it has none.
  private func repositories(of wish: RPMWish) async throws -> SetSources? {
    guard !wish.repositories.isEmpty else { return nil }
    var only = wish
    (only.koji, only.files) = (nil, [])
    return try await SetSources(of: only, store: self, web: try Web(), offline: true)
  }

  /// What an upgrade of the installed set would take from its repositories, without the priorities and
  /// exclusions of the matrix, which a user's host does not have.
  private func rivals(
    of lock: Lock, from wish: RPMWish
  ) async throws -> [SetClosure.Rival]? {
    guard let sources = try await repositories(of: wish) else { return nil }
    let solving = SetSolving(wish: wish, sources: sources, store: self, headers: [])
    let metadata = try await solving.metadata()
    return try solving.withPool(of: metadata) { pool in
      let set = try ClosurePool(lock, in: self, pool: pool)
      pool.setInstalled(set.repository)
      guard let upgrades = pool.upgrades() else { return nil }
      let members = set.members(named: Set(wish.members.map(\.name)))
      return upgrades.filter { members.contains($0.key) }.compactMap { number, other in
        guard let package = set.packages[number] else { return nil }
        let rival = pool.candidate(other)
        let name = rival.name == package.name ? "" : "\(rival.name) "
        return SetClosure.Rival(
          package: package.label, source: package.suite, version: name + rival.version,
          from: sources.repositories[rival.repository].reader.repository.id,
          builtWith: set.builtWith(number))
      }
    }
  }
}
