import Foundation
import LodgeContracts
import LodgeEvidence
import LodgeHost
import LodgeLaunch
import LodgeModel
import LodgePackages
import LodgePlatform
import LodgeWeb

/// From a set's source to its cells: each step hands a value to the next.
struct Workbench: Sendable {
  let store: Store
  let offline: Bool
  /// How many packages are unpacked at once.
  let jobs: Int
  let progress: Progress
  /// Whether launches that were kept are as good as others.
  var knowsLaunches = false

  /// A set whose files can be read.
  struct Prepared: Sendable {
    let name: String
    let lock: Lock
    /// The digest of the lock; nil for a tree that nobody listed.
    let id: Digest?
    let root: Root
    let notes: [String]
    /// Whether evidence may be kept under the set's id.
    let isImmutable: Bool
    /// How its root was made.
    var installation = Installation.unpacked
  }

  /// Resolves a set.
  func lock(of set: Matrix.BuildSet) async throws -> Lock {
    switch set.source {
    case .apt(let wish):
      progress.say("\(set.name): asking apt")
      return try await store.lock(of: wish, offline: offline)
    case .rpm(let wish):
      progress.say("\(set.name): asking \(wish.sourceNames)")
      return try await store.lock(of: wish, offline: offline, web: try web(for: wish)) {
        progress.step("\(set.name): checked \($0)")
      }
    case .files(let paths):
      return try await store.lock(ofFiles: paths, set: set.name)
    case .installed: return try InstalledPackages().lock
    case .mix:
      guard let found = try await locks(of: [set]).first else { return Lock(packages: []) }
      return try found.get()
    }
  }

  /// What a set would take, a line for each package.
  func plan(of set: Matrix.BuildSet) async throws -> String {
    guard case .rpm(let wish) = set.source else {
      // apt knows all of a package before it is fetched, so its lock is the plan.
      return try await lock(of: set).packages
        .map { "\($0.name)-\($0.version).\($0.architecture)  \($0.suite)  \($0.size)\n" }.joined()
    }
    progress.say("\(set.name): asking \(wish.sourceNames)")
    return try await store.plan(of: wish, offline: offline, web: try web(for: wish))
      .map { "\($0.nevra)  \($0.source)  \($0.size.map(String.init) ?? "?")\n" }.joined()
  }

  /// What reads the addresses of a set, with the authority that it names for its hub.
  private func web(for wish: RPMWish) throws -> Web {
    try Web(credentials: Credentials(authorities: wish.koji?.authority))
  }

  /// Resolves sets side by side, as each mostly waits for its archive, and then mixes of them.
  func locks(of sets: [Matrix.BuildSet]) async throws -> [Result<Lock, ImpossibleMix>] {
    var own: [Matrix.BuildSet] = []
    for set in sets.flatMap(\.ingredients) where !own.contains(where: { $0.name == set.name }) {
      own.append(set)
    }
    let named = try await inParallel(own, width: 8) { ($0.name, try await lock(of: $0)) }
    let locks = Dictionary(named, uniquingKeysWith: { first, _ in first })
    var found: [Result<Lock, ImpossibleMix>] = []
    for set in sets {
      if case .mix(let wish) = set.source {
        found.append(try await mixed(wish, of: locks, as: set.name))
      } else {
        found.append(.success(locks[set.name] ?? Lock(packages: [])))
      }
    }
    return found
  }

  /// Resolves a set and makes its root.
  func prepare(_ set: Matrix.BuildSet) async throws -> Prepared {
    try await prepare(set, with: try await lock(of: set))
  }

  /// Makes the root of a set that was resolved.
  func prepare(_ set: Matrix.BuildSet, with lock: Lock) async throws -> Prepared {
    if case .installed(let kernel) = set.source { return try installed(kernel, name: set.name) }
    return try await prepare(lock, name: set.name, from: set.source, by: set.installation)
  }

  /// Fetches, checks and unpacks the packages of a lock; of one that was resolved, its source tells
  /// what there is besides.
  func prepare(
    _ lock: Lock, name: String, from source: SetSource? = nil,
    by installation: Installation = .unpacked
  ) async throws -> Prepared {
    try await fetch(lock, name: name)
    if installation != .unpacked {
      progress.say("\(name): installing \(lock.packages.count) packages")
    }
    let made = try await store.root(of: lock, by: installation, width: jobs) {
      progress.step("\(name): unpacked \($0.name)")
    }
    let root = try Root(
      at: made.path,
      ownerOf: { made.owner(of: $0) },
      closure: { [store] in .found(try await store.closure(of: lock, from: source)) })
    return Prepared(
      name: name, lock: lock, id: lock.id, root: root,
      notes: (lock.sources ?? []).map(\.description)
        + (lock.lacking ?? []).map(\.description) + made.notes + root.kernelNotes,
      // What scriptlets make is no function of the packages.
      isImmutable: installation != .transaction(scriptlets: true), installation: installation)
  }

  /// Fetches what the store lacks of a lock.
  func fetch(_ lock: Lock, name: String) async throws {
    let missing = store.missing(of: lock)
    if !missing.isEmpty {
      let bytes = missing.reduce(0) { $0 + $1.size }
      progress.say("\(name): fetching \(missing.count) packages, \(bytes >> 20) MiB")
    }
    let fetched = { @Sendable (package: Package) in
      progress.step("\(name): fetched \(package.name)")
    }
    try await store.fetch(lock, offline: offline, web: { try Web() }, fetched: fetched)
  }

  /// This host, read in place.
  func installed(_ kernel: String?, name: String = "this host") throws -> Prepared {
    let packages = try InstalledPackages()
    let release = kernel ?? runningKernel()
    let root = try Root(at: "/", kernelRelease: release) { packages.owner(of: $0) }
    guard root.kernelReleases.contains(release) || kernel == nil else {
      throw InputFailure(
        "this host has no kernel \(release);"
          + (root.kernelReleases.isEmpty
            ? " it has none" : " it has \(root.kernelReleases.joined(separator: ", "))"))
    }
    return Prepared(
      name: name, lock: packages.lock, id: packages.lock.id, root: root, notes: root.kernelNotes,
      isImmutable: false)
  }

  /// Any unpacked tree.
  func tree(_ path: String, kernel: String?) throws -> Prepared {
    let root = try Root(at: path, kernelRelease: kernel)
    return Prepared(
      name: path, lock: Lock(packages: []), id: nil, root: root, notes: root.kernelNotes,
      isImmutable: false)
  }

  /// All facts of a set; read once per root and collectors' version.
  func evidence(of set: Prepared) async throws -> Collected {
    let kept =
      set.isImmutable ? set.id.map { store.evidenceFile($0, collectors: collectorsVersion) } : nil
    if let kept, let bytes = try? Data(contentsOf: URL(filePath: kept)),
      let known = try? CanonicalJSON.decode(Evidence.self, from: bytes)
    {
      let evidence = await set.root.refreshed(known)
      guard evidence != known else {
        return Collected(evidence: known, digest: Digest(of: bytes))
      }
      return Collected(
        evidence: evidence, digest: Digest(of: try CanonicalJSON.encode(evidence, pretty: false)))
    }
    progress.say("\(set.name): reading evidence")
    let evidence = await Evidence(reading: set.root) {
      progress.step("\(set.name): read \($0.title)")
    }
    try Task.checkCancellation()
    // What could not be read may have been this host's trouble; the next run looks again.
    let bytes = try CanonicalJSON.encode(evidence, pretty: false)
    if let kept, evidence.isComplete { try store.keep(bytes, as: kept) }
    return Collected(evidence: evidence, digest: Digest(of: bytes))
  }

  /// What was read from a root, with the digest of its canonical bytes.
  struct Collected: Sendable {
    let evidence: Evidence
    let digest: Digest
  }

  /// Judges a set: its contracts, then its scenarios where there is a catalogue of them.
  ///
  /// What the packages hold is compared with the baseline, what is measured with the set before.
  func judge(
    _ set: Prepared, by contracts: [Contract], against baseline: Baseline? = nil,
    launching catalogue: Catalogue? = nil, kernelFrom other: Evidence? = nil,
    before: SetLaunches.Before? = nil
  ) async throws -> Judged {
    let collected = try await evidence(of: set)
    var results = Results.BuildSet(
      id: set.id ?? collected.digest, name: set.name, packages: set.lock.packages.count,
      acceptExpired: set.lock.acceptExpired, support: support(of: collected.evidence),
      cells: contracts.flatMap {
        $0.cells(of: collected.evidence, before: baseline?.evidence)
      },
      notes: set.notes + (baseline.map { ["compared with \($0.name)"] } ?? []))
    let hosts = contracts.flatMap { $0.cellsOfHosts(among: results.cells) }
    var launched = Launched()
    var launches = SetLaunches([], before: before)
    if let catalogue, !catalogue.scenarios.isEmpty {
      launched = try await launch(catalogue, of: set, collected, kernelFrom: other)
      launches = launched.scenarios.launches(before: before)
      let cells = launched.scenarios.map(\.cell)
      results.cells += contracts.flatMap { [launches] in
        $0.cells(ofLaunched: cells, launches, evidence: collected.evidence)
      }
      results.cells += cells
      results.notes += launched.notes
    }
    results.cells += hosts
    return Judged(
      results: results, lock: set.lock, evidence: collected.digest, baseline: baseline?.id,
      contents: launched.contents, launches: launches.launches, answers: launches.answers,
      known: launched.known)
  }

  /// The set that another one is compared with.
  struct Baseline: Sendable {
    /// Its name and the start of its id.
    let name: String
    /// The set's id; of the evidence, for a tree that nobody listed.
    let id: Digest
    let evidence: Evidence
  }

  /// Reads a set that another one is to be compared with.
  func baseline(_ set: Prepared) async throws -> Baseline {
    let collected = try await evidence(of: set)
    return Baseline(
      name: set.id.map { "\(set.name) \($0.short)" } ?? set.name,
      id: set.id ?? collected.digest, evidence: collected.evidence)
  }

  /// A set with what was seen of it.
  struct Judged: Sendable {
    var results: Results.BuildSet
    let lock: Lock
    let evidence: Digest
    /// The id of the set that it was compared with; nil for none.
    let baseline: Digest?
    /// What scenarios left.
    let contents: [Digest: Data]
    /// What was measured.
    let launches: [SetLaunches.Launch]
    /// What libvirt answered.
    let answers: [LibvirtAnswer]
    /// How many scenarios were launched before, each on one platform.
    let known: Int
  }
}

extension RPMWish {
  /// What is asked, for people.
  fileprivate var sourceNames: String {
    let names = repositories.map(\.id) + (koji.map { [$0.id] } ?? [])
    return names.isEmpty ? "nobody" : names.joined(separator: ", ")
  }
}

extension Root {
  /// A word on which kernel was read, where a reader could expect another.
  fileprivate var kernelNotes: [String] {
    let others = kernelReleases.filter { $0 != kernelRelease }
    guard let kernelRelease, !others.isEmpty else { return [] }
    return [
      "kernel \(kernelRelease) was judged; the set also has \(others.joined(separator: ", "))"
    ]
  }
}

extension Evidence {
  /// Whether everything that was there could be read.
  fileprivate var isComplete: Bool { FactName.allCases.allSatisfy { !isUnreadable($0) } }

  private func isUnreadable(_ name: FactName) -> Bool {
    (self[keyPath: name.path] as? any FactState)?.isUnreadable ?? false
  }
}
