import Foundation
import LodgeBindings
import LodgeHost
import LodgeKoji
import LodgeModel

/// Chooses the packages of a set from all that its sources have.
struct SetSolving: Sendable {
  let wish: RPMWish
  let sources: SetSources
  let store: Store
  /// Files with the headers of the hub's packages, in the order of its candidates.
  let headers: [String]

  /// What a package of the pool is, besides what the pool knows.
  private enum Place {
    case repository(Int)
    case koji(Int)
    case file(Int)
  }

  /// Chooses; the files of packages are read only where nothing fits without them, as they are many.
  ///
  /// - Throws: ``PackageFailure/unresolved(set:reason:remedy:)`` with the solver's explanation, and
  ///   what reading metadata throws.
  func chosen() async throws -> [WantedPackage] {
    var metadata = try await metadata()
    do { return try choose(metadata) } catch let first as WithoutFiles {
      var more = false
      for (number, source) in sources.repositories.enumerated() {
        let files = try await source.reader.metadata("filelists", in: source.state)
        metadata[number].filelists = files
        more = more || files != nil
      }
      guard more else { throw first.failure }
      do { return try choose(metadata) } catch let second as WithoutFiles { throw second.failure }
    }
  }

  /// What is known of the packages of each repository.
  func metadata() async throws -> [Metadata] {
    var metadata: [Metadata] = []
    for (reader, state) in sources.repositories {
      var found = Metadata()
      if let record = state.index.records["primary"] {
        found.kept = store.indexFile(record.checksum, version: PackagePool.libraryVersion)
      }
      found.index = found.kept.flatMap(store.sealed)
      if found.index == nil { found.primary = try await reader.metadata("primary", in: state) }
      metadata.append(found)
    }
    return metadata
  }

  /// Gives a pool of all repositories, as a host has them that knows no priorities and exclusions.
  func withPool<Value>(
    of metadata: [Metadata], _ work: (PackagePool) throws -> Value
  ) throws -> Value {
    let pool: PackagePool
    do throws(SolvFailure) {
      pool = try PackagePool(architecture: wish.architecture)
      for (number, source) in sources.repositories.enumerated() {
        try read(metadata[number], pool, pool.addRepository(source.reader.repository.id))
      }
    } catch { throw PackageFailure.host("\(error)") }
    return try work(pool)
  }

  /// A failure that the files of packages, which primary metadata has few of, may mend.
  private struct WithoutFiles: Error { var failure: PackageFailure }

  /// What is known of the packages of a repository.
  struct Metadata {
    /// Where libsolv's own form of it is kept.
    var kept: String?
    /// That form; nil where nothing is kept.
    var index: Data?
    var primary: Data?
    var filelists: Data?
  }

  private func read(
    _ metadata: Metadata, _ pool: PackagePool, _ place: Int
  ) throws(SolvFailure) {
    if let index = metadata.index {
      try pool.read(index: index, into: place)
    } else {
      try pool.read(primary: metadata.primary ?? Data(), into: place)
      // Kept to be faster the next time; what cannot be kept is read anew then.
      if let kept = metadata.kept, let index = pool.index(of: place) {
        try? store.seal(index, as: kept)
      }
    }
    if let files = metadata.filelists { try pool.read(filelists: files, into: place) }
  }

  private func choose(_ metadata: [Metadata]) throws -> [WantedPackage] {
    let pool: PackagePool
    var places: [Int32: Place] = [:]
    do throws(SolvFailure) {
      pool = try PackagePool(architecture: wish.architecture)
    } catch { throw PackageFailure.host("\(error)") }
    for (number, source) in sources.repositories.enumerated() {
      let repository = source.reader.repository
      let place = pool.addRepository(repository.id, priority: repository.priority)
      do throws(SolvFailure) {
        try read(metadata[number], pool, place)
      } catch {
        throw PackageFailure.repository(
          repository.id, reason: "its metadata cannot be read: \(error)",
          remedy: "tell its owner, or use another mirror")
      }
    }
    let koji = pool.addRepository(sources.builds?.koji.id ?? "koji")
    for (number, header) in headers.enumerated() {
      places[try read(header, pool, koji)] = .koji(number)
    }
    let files = pool.addRepository("files")
    for (number, file) in sources.files.enumerated() {
      places[try read(file.path, pool, files)] = .file(number)
    }
    let excluded = exclude(pool)
    let given = places.keys.filter { if case .file? = places[$0] { true } else { false } }
    let loose = given.filter { pool.candidate($0).architecture != "src" }
    let groups = try wish.members.map { member in
      try candidates(for: member, pool)
    }
    switch pool.solve(groups + loose.sorted().map { [$0] }) {
    case .chosen(let packages):
      let sources =
        try sources(of: packages, pool)
        + given.filter { !loose.contains($0) }.sorted().map(pool.candidate)
      return try (packages + sources).map { package throws(PackageFailure) in
        try wanted(package, places[package.number] ?? .repository(package.repository))
      }
    case .impossible(let obstacles):
      throw WithoutFiles(failure: unresolved(obstacles, excluded))
    }
  }

  /// The source packages that the set asks for, in the version of what was chosen.
  private func sources(
    of chosen: [PackagePool.Candidate], _ pool: PackagePool
  ) throws(PackageFailure) -> [PackagePool.Candidate] {
    guard !wish.sources.isEmpty else { return [] }
    let built = Set(chosen.compactMap { pool.source(of: $0.number) })
    let all = pool.numbers.map(pool.candidate).filter { $0.architecture == "src" }
    var found: [PackagePool.Candidate] = []
    for source in wish.sources {
      let own = all.filter { $0.name == source.name }
      let files = built.filter { RPMFileName.source(in: $0) == source.name }.sorted()
      // Of a source that nothing of the set is built from, whichever is there.
      let fitting = files.isEmpty ? own : own.filter { files.contains($0.sourceFile) }
      if let first = fitting.first {
        found.append(first)
        continue
      }
      guard !source.isOptional else { continue }
      let near = nearest(to: source.name, among: all.map(\.name)).map { "did you mean \($0)? " }
      let there = own.map(\.version).joined(separator: ", ")
      throw .unresolved(
        set: wish.set,
        reason: own.isEmpty
          ? "no source of it has a source package \(source.name)"
          : "its packages are built from \(files.joined(separator: ", ")),"
            + " and its sources have \(source.name) \(there)",
        remedy: "\(near ?? "")name a repository of source packages under repos:, give its .src.rpm"
          + " under files:, or take it out of sources:")
    }
    return found
  }

  private func unresolved(_ obstacles: [String], _ excluded: Set<String>) -> PackageFailure {
    let names = excluded.sorted().prefix(4).joined(separator: ", ")
    let hint =
      names.isEmpty ? "" : "exclude: leaves out \(names)\(excluded.count > 4 ? ", …" : ""); "
    return .unresolved(
      set: wish.set,
      reason: "its packages cannot be installed together: "
        + obstacles.prefix(8).joined(separator: "; "),
      remedy:
        "\(hint)take them from sources that fit together, or name the repository that has what"
        + " is missing")
  }

  private func read(
    _ file: String, _ pool: PackagePool, _ repository: Int
  ) throws(PackageFailure) -> Int32 {
    do throws(SolvFailure) { return try pool.read(package: file, into: repository) } catch {
      throw .damaged(
        package: URL(filePath: file).lastPathComponent, entry: nil,
        reason: "its header cannot be read: \(error)")
    }
  }

  /// Leaves out what the set excludes; gives the names.
  private func exclude(_ pool: PackagePool) -> Set<String> {
    var names: Set<String> = []
    let everywhere = wish.exclude
    let lists = sources.repositories.map { everywhere + $0.reader.repository.exclude }
    let all = everywhere + lists.flatMap(\.self)
    guard !all.isEmpty else { return [] }
    for number in pool.numbers {
      let name = pool.name(of: number)
      guard all.contains(where: { $0.matches(name) }) else { continue }
      let place = pool.candidate(number).repository
      let globs = place < lists.count ? lists[place] : everywhere
      guard globs.contains(where: { $0.matches(name) }) else { continue }
      pool.exclude(number)
      names.insert(name)
    }
    return names
  }

  /// The packages that a member of the wish may be.
  private func candidates(
    for member: RPMWish.Member, _ pool: PackagePool
  ) throws -> [Int32] {
    let all = pool.packages(named: member.name).map(pool.candidate)
    let ids = sourceNames
    let here = all.filter { package in
      member.repository.map { ids[package.repository] == $0 } ?? true
    }
    let fitting = here.filter { ["noarch", wish.architecture].contains($0.architecture) }
    guard fitting.isEmpty else { return fitting.map(\.number) }
    let known = pool.numbers.map(pool.name)
    let near = nearest(to: member.name, among: known).map { "did you mean \($0)? " } ?? ""
    let (reason, remedy) =
      if let other = here.first {
        (
          "\(member.name) is there for \(other.architecture) only, not for \(wish.architecture)",
          "look at arch: of the set"
        )
      } else if let repository = member.repository, !all.isEmpty {
        ("\(repository) has no package \(member.name)", "look at its repo: in the matrix file")
      } else {
        (
          "no source of it has a package \(member.name)",
          "\(near)look at the names under packages:"
        )
      }
    let failure = PackageFailure.unresolved(set: wish.set, reason: reason, remedy: remedy)
    if member.name.hasPrefix("/") { throw WithoutFiles(failure: failure) }
    throw failure
  }

  /// In the order of the pool.
  private var sourceNames: [String] {
    sources.repositories.map(\.reader.repository.id) + [sources.builds?.koji.id ?? "koji", "files"]
  }

  /// Where a chosen package is to be had.
  private func wanted(
    _ package: PackagePool.Candidate, _ place: Place
  ) throws(PackageFailure) -> WantedPackage {
    switch place {
    case .repository(let number):
      let (reader, state) = sources.repositories[number]
      guard let path = package.location.flatMap(RepositoryPath.init)?.text else {
        throw .repository(
          reader.repository.id,
          reason:
            "it lists \(package.nevra) at \(package.location ?? "no place"), which is not below it",
          remedy: "use another repository")
      }
      guard let listed = package.checksum,
        let checksum = Checksum(kind: listed.kind, hex: listed.hex)
      else {
        throw .repository(
          reader.repository.id,
          reason: "it lists \(package.nevra) without a checksum of SHA-256 or better",
          remedy: "have it made anew with createrepo_c --checksum sha256")
      }
      return WantedPackage(
        nevra: package.nevra, address: "\(state.base ?? "")/\(path)", checksum: checksum,
        size: package.size, source: reader.repository.id, path: path, keys: state.keys,
        isSource: package.architecture == "src")
    case .koji(let number):
      guard let builds = sources.builds else { throw .host("no hub was asked") }
      let candidate = builds.candidates.packages[number]
      return WantedPackage(
        nevra: package.nevra, address: candidate.address, size: builds.size(of: candidate),
        source: builds.koji.id, path: builds.path(of: candidate), build: candidate.build?.id,
        keys: builds.keys, isSource: package.architecture == "src")
    case .file(let number):
      return WantedPackage(
        file: sources.files[number].path, nevra: package.nevra, keys: sources.allKeys)
    }
  }
}

extension PackagePool.Candidate {
  /// The file that packages built from this source name.
  fileprivate var sourceFile: String {
    let release = version.split(separator: ":").last.map(String.init) ?? version
    return "\(name)-\(release).src.rpm"
  }
}

/// The name in the file name of a source package.
enum RPMFileName {
  static func source(in file: String) -> String {
    file.split(separator: "-").dropLast(2).joined(separator: "-")
  }
}
