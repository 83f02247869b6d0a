package import LodgeModel

/// The packages that are not the same in two sets, with what their changelogs say of it.
///
/// Packages of members come first, then all others by name.
package struct PackageChanges: Encodable, Equatable, Sendable {
  /// What became of a package.
  package enum Kind: String, Encodable, Sendable {
    case added
    case removed
    case upgraded
    case downgraded
    /// The same version with other bytes.
    case rebuilt
    /// A package of another name took its place, as kernels have their version in their name.
    case replaced
  }

  /// One package that is not the same.
  package struct Change: Encodable, Equatable, Sendable {
    package var name: String
    package var architecture: String
    /// Whose packages it is one of; nil for what members depend on.
    package var member: Member?
    package var kind: Kind
    /// Nil for a package that was added.
    package var before: String?
    /// Nil for a package that was removed.
    package var after: String?
    /// The name that it had before; nil where it kept it.
    package var formerName: String?
    /// The place of its changelog in ``PackageChanges/changelogs``; nil where there is none to read.
    package var changelog: Int?
  }

  /// What changelogs say of a change, once for all packages that were built together.
  package struct Log: Encodable, Equatable, Sendable {
    /// The source package; empty where nothing could be read.
    package var source: String
    package var packages: [String]
    package var before: String
    package var after: String
    /// Whether the entries are of what was taken back.
    package var isTakenBack: Bool
    /// Newest first, at most ``PackageChanges/entryLimit``.
    package var entries: [Changelog.Entry]
    /// How many more entries there are.
    package var omitted: Int
    /// What a reader should know, such as why there are no entries; nil for nothing.
    package var note: String?
  }

  /// How many entries of a changelog are kept.
  package static let entryLimit = 100
  /// How many entries are kept of a changelog that does not know the older version.
  package static let newestLimit = 3
  /// How many lines of an entry are kept, and how many Unicode scalars of a line.
  package static let lineLimit = 200

  package private(set) var changes: [Change] = []
  package private(set) var changelogs: [Log] = []

  /// One of the two sets that are compared.
  package enum Side: Sendable {
    case before
    case after
  }

  /// Compares two locks.
  ///
  /// `order` compares two versions of a package, as ``Package/version``; negative where the first is
  /// older. `changelog` reads that of a package of one of the sets.
  package init(
    from before: Lock, to after: Lock,
    order: (_ version: String, _ other: String, _ package: Package) throws -> Int,
    changelog: (Package, Side) -> Result<Changelog, Changelog.Missing>
  ) rethrows {
    let pairs = Self.pairs(LockDifference(from: before, to: after).changes)
    let members = pairs.map { Member(package: $0.name) }
    let sorted = zip(pairs, members).sorted {
      let (left, right) = ($0.1?.place ?? .max, $1.1?.place ?? .max)
      return (left, $0.0.name, $0.0.architecture) < (right, $1.0.name, $1.0.architecture)
    }
    let (earlier, later) = (before.byLabel, after.byLabel)
    for (pair, member) in sorted {
      var change = Change(
        name: pair.name, architecture: pair.architecture, member: member, kind: pair.kind,
        before: pair.before, after: pair.after, formerName: pair.formerName)
      if let old = pair.before, let new = pair.after, old != new,
        let package = later[[pair.name, new, pair.architecture]],
        let former = earlier[[pair.formerName ?? pair.name, old, pair.architecture]],
        !package.isSource
      {
        let isOlder = try order(new, old, package) < 0
        if isOlder, change.kind == .upgraded { change.kind = .downgraded }
        let answer = isOlder ? changelog(former, .before) : changelog(package, .after)
        let (low, high) = isOlder ? (new, old) : (old, new)
        var log = try Log(
          answer, from: low, to: high, order: { try order($0, $1, package) })
        (log.before, log.after, log.isTakenBack) = (old, new, isOlder)
        change.changelog = take(log, of: pair.name)
      }
      changes.append(change)
    }
  }

  /// Files a log with those that say the same; gives its place.
  private mutating func take(_ log: Log, of name: String) -> Int {
    var log = log
    let known = changelogs.firstIndex { other in
      log.packages = other.packages
      return log == other
    }
    if let known {
      if !changelogs[known].packages.contains(name) { changelogs[known].packages.append(name) }
      return known
    }
    log.packages = [name]
    changelogs.append(log)
    return changelogs.count - 1
  }

  /// A change with the name that the package had before.
  private struct Pair {
    var name: String
    var architecture: String
    var kind: Kind
    var before: String?
    var after: String?
    var formerName: String?
  }

  /// The changes, in which a package that went and one that came in its place are one.
  private static func pairs(_ changes: [LockDifference.Change]) -> [Pair] {
    var pairs = changes.map { change in
      var pair = Pair(name: change.name, architecture: change.architecture, kind: .rebuilt)
      switch change.kind {
      case .added(let version): (pair.kind, pair.after) = (.added, version)
      case .removed(let version): (pair.kind, pair.before) = (.removed, version)
      case .changed(let old, let new):
        (pair.kind, pair.before, pair.after) = (.upgraded, old, new)
      case .rebuilt(let version): (pair.before, pair.after) = (version, version)
      }
      return pair
    }
    let alone = pairs.filter { $0.kind == .added || $0.kind == .removed }
    let stems = Dictionary(grouping: alone) { [$0.name.withoutVersions, $0.architecture] }
    for group in stems.values where group.count == 2 {
      guard let new = group.first(where: { $0.kind == .added }),
        let old = group.first(where: { $0.kind == .removed }),
        new.name != new.name.withoutVersions
      else { continue }
      pairs.removeAll {
        [.added, .removed].contains($0.kind) && $0.architecture == new.architecture
          && [old.name, new.name].contains($0.name)
      }
      pairs.append(
        Pair(
          name: new.name, architecture: new.architecture, kind: .replaced, before: old.before,
          after: new.after, formerName: old.name))
    }
    return pairs
  }
}

extension PackageChanges.Log {
  /// Picks what a changelog says of the versions behind one up to another.
  fileprivate init(
    _ answer: Result<Changelog, Changelog.Missing>, from low: String, to high: String,
    order: (String, String) throws -> Int
  ) rethrows {
    self.init(
      source: "", packages: [], before: low, after: high, isTakenBack: false, entries: [],
      omitted: 0)
    switch answer {
    case .failure(let missing): note = "no changelog: \(missing)"
    case .success(let changelog):
      source = changelog.source
      let picked = try changelog.entries(from: low, to: high, order: order)
      let limit =
        picked.isComplete ? PackageChanges.entryLimit : PackageChanges.newestLimit
      entries = picked.entries.prefix(limit).map(\.bounded)
      omitted = picked.entries.count - entries.count
      if !picked.isComplete {
        note =
          "the changelog does not know \(low): it is of another branch, or was cut;"
          + " these are the newest entries"
      }
    }
  }
}

extension Changelog {
  /// The entries that are newer than one version, up to another, and whether the changelog reaches
  /// back to the older one.
  ///
  /// What stands above the newer version is left out, but only where the changelog knows that one:
  /// a signed kernel has another version than its source. An entry without a version belongs to
  /// the one above it.
  fileprivate func entries(
    from low: String, to high: String, order: (String, String) throws -> Int
  ) rethrows -> (entries: [Entry], isComplete: Bool) {
    let later = entries[(entries.firstIndex { $0.version.means(high) } ?? 0)...]
    if let end = later.firstIndex(where: { $0.version.means(low) }) {
      return (Array(later[..<end]), true)
    }
    // A branch that went on without the older version meets what is older still.
    let newer = try later.prefix {
      try $0.version.isEmpty || order($0.version.like(low), low) > 0
    }
    return (Array(newer), false)
  }
}

extension Changelog.Entry {
  /// The entry, cut where it is long.
  fileprivate var bounded: Self {
    let limit = PackageChanges.lineLimit
    func cut(_ text: String) -> String {
      String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    }
    return Self(version: cut(version), date: cut(date), lines: lines.prefix(limit).map(cut))
  }
}

extension String {
  /// Whether the version in a changelog is that of a package.
  ///
  /// A changelog leaves out the epoch and the distribution of a release (`10.1.0-5` for
  /// `17:10.1.0-5.el10`), and a package that was only built again has no entry of its own (`1.2-3`
  /// for `1.2-3+b1`).
  fileprivate func means(_ version: String) -> Bool {
    guard !isEmpty else { return false }
    let entry = like(version)
    guard version.hasPrefix(entry) else { return false }
    let rest = version.dropFirst(entry.count)
    if rest.isEmpty { return true }
    if rest.hasPrefix("+b") { return rest.dropFirst(2).allSatisfy(\.isNumber) }
    return rest.hasPrefix(".") && entry.contains("-") && rest.dropFirst().first?.isLetter == true
  }

  /// The version with the epoch of another one, where it has none of its own.
  fileprivate func like(_ version: String) -> String {
    guard !contains(":"), let colon = version.firstIndex(of: ":") else { return self }
    return version[...colon] + self
  }

  /// A name without the parts that are versions, such as `linux-image-amd64` of
  /// `linux-image-6.1.0-41-amd64`.
  fileprivate var withoutVersions: String {
    split(separator: "-").filter { $0.first?.isNumber != true }.joined(separator: "-")
  }
}

extension Member {
  /// The place in the order in which members are told.
  fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? .max }
}

extension Lock {
  /// The packages by name, version and architecture.
  fileprivate var byLabel: [[String]: Package] {
    Dictionary(
      packages.map { ([$0.name, $0.version, $0.architecture], $0) }, uniquingKeysWith: { $1 })
  }
}
