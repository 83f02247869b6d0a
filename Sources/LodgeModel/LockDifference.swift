/// What tells the packages of two sets apart.
package struct LockDifference: Equatable, Sendable {
  /// One package that is not the same in both.
  package struct Change: Equatable, Sendable {
    /// What became of it.
    package enum Kind: Equatable, Sendable {
      case added(version: String)
      case removed(version: String)
      case changed(from: String, to: String)
      /// The same version with other bytes: it was built or signed again, or somebody changed it.
      case rebuilt(version: String)
    }

    package var name: String
    package var architecture: String
    package var kind: Kind
  }

  /// By name and architecture.
  package var changes: [Change]

  /// Compares two sets by the names, versions and digests of their packages.
  package init(from old: Lock, to new: Lock) {
    func key(_ package: Package) -> [String] { [package.name, package.architecture] }
    // A set may hold several versions of a kernel; they are paired in the order of the lock.
    let (before, after) = (
      Dictionary(grouping: old.packages, by: key), Dictionary(grouping: new.packages, by: key)
    )
    changes = Set(before.keys).union(after.keys)
      .sorted { $0.lexicographicallyPrecedes($1) }
      .flatMap { key -> [Change] in
        let (olds, news) = (before[key] ?? [], after[key] ?? [])
        let kinds = (0..<max(olds.count, news.count)).compactMap { index in
          Self.kind(
            olds.indices.contains(index) ? olds[index] : nil,
            news.indices.contains(index) ? news[index] : nil)
        }
        // A source package has several files, which are replaced together.
        return kinds.enumerated().filter { !kinds[..<$0.offset].contains($0.element) }
          .map { Change(name: key[0], architecture: key[1], kind: $0.element) }
      }
  }

  private static func kind(_ old: Package?, _ new: Package?) -> Change.Kind? {
    switch (old, new) {
    case (let old?, let new?) where old.version != new.version:
      .changed(from: old.version, to: new.version)
    case (let old?, let new?): old.sha256 == new.sha256 ? nil : .rebuilt(version: new.version)
    case (nil, let new?): .added(version: new.version)
    case (let old?, nil): .removed(version: old.version)
    case (nil, nil): nil
    }
  }
}

extension LockDifference.Change: CustomStringConvertible {
  package var description: String {
    switch kind {
    case .added(let version): "+ \(name) \(version) \(architecture)"
    case .removed(let version): "- \(name) \(version) \(architecture)"
    case .changed(let old, let new): "~ \(name) \(old) -> \(new) \(architecture)"
    case .rebuilt(let version): "! \(name) \(version) \(architecture): same version, other bytes"
    }
  }
}
