import Foundation
import LodgeHost
import LodgeModel
import LodgeWeb

extension Store {
  /// Fetches packages from the sources that a lock names, several at once.
  ///
  /// Their signatures were judged when the lock was made; the digests tell that they are the same.
  ///
  /// - Throws: ``PackageFailure`` naming the package that is not to be had, or is another one.
  func fetch(
    _ packages: [Package], from lock: Lock, web: Web,
    fetched: @escaping @Sendable (Package) -> Void
  ) async throws {
    var bases: [String: [String]] = [:]
    // Sets that were mixed may call different places alike; the digest tells which one has it.
    for source in lock.sources ?? [] {
      bases[source.id, default: []] += try await self.bases(of: source, web)
    }
    let places = bases
    _ = try await inParallel(packages.sorted { $0.size > $1.size }, width: 4) { package in
      try await fetch(package, from: places[package.suite] ?? [], web)
      fetched(package)
    }
  }

  private func fetch(_ package: Package, from bases: [String], _ web: Web) async throws {
    guard let digest = package.sha256, let path = RepositoryPath(package.path)?.text else {
      throw PackageFailure.unavailable(
        package: package.label, reason: "the lock lists it without a digest, or at no plain path")
    }
    var reason = "its source \(package.suite) has no address"
    for base in bases {
      let file = scratch.fresh("rpm")
      defer { unlink(file) }
      do throws(WebFailure) {
        try await web.download("\(base)/\(path)", to: file, size: package.size, limit: package.size)
      } catch {
        reason = "\(error)"
        continue
      }
      return try adopt(file, as: digest, label: package.label)
    }
    throw PackageFailure.unavailable(package: package.label, reason: reason)
  }

  /// The addresses below which a source has its packages, the preferred one first.
  private func bases(of source: Lock.Source, _ web: Web) async throws -> [String] {
    if let base = source.baseurl ?? source.topurl { return [base.trimmingSuffix("/")] }
    guard let metalink = source.metalink else { return [] }
    return try await Array(Metalink(at: metalink, of: source.id, web: web).bases.prefix(8))
  }
}
