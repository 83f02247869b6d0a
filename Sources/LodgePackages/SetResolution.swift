import Foundation
import LodgeHost
package import LodgeModel
package import LodgeWeb

extension Store {
  /// The lock of what a set asks of apt, over the newest indices or, offline, those at hand.
  ///
  /// The same archive state gives the same lock, so a state that was seen before is a look-up.
  ///
  /// - Throws: ``PackageFailure`` where the set cannot be resolved.
  package func lock(of wish: AptWish, offline: Bool) async throws -> Lock {
    let archive = try AptArchive(wish, store: self)
    if !offline { try await archive.update() }
    let known = "\(path)/resolved/\(try archive.state().hex).json"
    if let bytes = try? Data(contentsOf: URL(filePath: known)), let lock = try? Lock(reading: bytes)
    {
      return lock
    }
    let lock = try await withSources(try await archive.resolve(), archive, offline: offline)
    // What only a network can tell is asked again.
    if !offline || lock.lacking == nil { try keep(lock.canonicalBytes, as: known) }
    return lock
  }

  /// The lock with those of its sources that the archive really has, which are fetched to know it.
  ///
  /// Archives list sources that they have dropped: a set whose matrix calls a source optional is
  /// judged without it, and says so.
  private func withSources(_ lock: Lock, _ archive: AptArchive, offline: Bool) async throws -> Lock
  {
    var packages = lock.binaryPackages
    var lacking: [Lock.Lacking] = []
    for source in lock.sourcePackages {
      let wish = archive.wish.sources.first { $0.name == source.name }
      do {
        try await fetch(source, from: archive, offline: offline)
        packages += source.files
      } catch let failure as PackageFailure {
        guard wish?.isOptional == true, case .unavailable(_, let reason) = failure else {
          throw failure
        }
        lacking.append(
          Lock.Lacking(name: source.name, version: source.version, reason: reason))
      }
    }
    return Lock(packages: packages, acceptExpired: lock.acceptExpired, lacking: lacking)
  }

  private func fetch(
    _ source: SourcePackage, from archive: AptArchive, offline: Bool
  ) async throws {
    let missing = missing(of: Lock(packages: source.files))
    guard !missing.isEmpty else { return }
    guard !offline else {
      throw PackageFailure.unavailable(
        package: source.label, reason: "it is not in the store, and --offline was given")
    }
    let folder = scratch.fresh("fetch")
    try makeFolder(folder)
    defer { try? removeTree(folder) }
    do { try await archive.fetch(missing, into: folder) } catch let failure as PackageFailure {
      // Only what is gone is gone; what could not be reached is another matter.
      guard case .unavailable(let label, let reason) = failure, reason.contains("404") else {
        throw PackageFailure.unresolved(
          set: archive.wish.set, reason: "\(failure)",
          remedy: "or take \(source.name) out of sources:")
      }
      throw PackageFailure.unavailable(
        package: label, reason: "its archive lists it and does not have it (404)")
    }
    for file in missing {
      guard let digest = file.sha256 else { continue }
      try adopt("\(folder)/\(digest.hex)", as: digest, label: source.label)
    }
  }

  /// The packages of a lock whose files or unpacked trees the store does not have.
  package func missing(of lock: Lock) -> [Package] {
    let unpacked = Set(
      lock.sourcePackages.filter { lstatExists(treeFiles($0.key)) }
        .flatMap { $0.files.compactMap(\.sha256) })
    return lock.packages.filter { package in
      package.sha256.map {
        !lstatExists(packageFile($0)) && !lstatExists(treeFiles($0)) && !unpacked.contains($0)
      } ?? false
    }
  }

  /// Fetches what the store lacks of a lock, several at once, and checks every byte.
  ///
  /// - Throws: ``PackageFailure`` naming the package that is not to be had, or is not the one
  ///   that the lock lists.
  package func fetch(
    _ lock: Lock, offline: Bool, web: @Sendable () throws -> Web,
    fetched: @escaping @Sendable (Package) -> Void
  ) async throws {
    let all = missing(of: lock)
    guard let first = all.first else { return }
    guard !offline else {
      throw PackageFailure.unavailable(
        package: first.label, reason: "it is not in the store, and --offline was given")
    }
    if let loose = all.first(where: { $0.suite.isEmpty }) {
      throw PackageFailure.unavailable(
        package: loose.label, reason: "the lock lists it as a loose file, and the store lacks it")
    }
    let listed = all.filter { lock.source(of: $0) != nil }
    if !listed.isEmpty { try await fetch(listed, from: lock, web: try web(), fetched: fetched) }
    let missing = all.filter { lock.source(of: $0) == nil }
    guard !missing.isEmpty else { return }
    var suites: [String] = []
    for package in lock.packages where !suites.contains(package.suite) {
      suites.append(package.suite)
    }
    let wish = AptWish(
      set: "lock \(lock.id.short)", suites: suites.filter { !$0.isEmpty },
      acceptExpired: !lock.acceptExpired.isEmpty, members: [])
    let archive = try AptArchive(wish, store: self)
    try await archive.prepare()
    let folder = scratch.fresh("fetch")
    try makeFolder(folder)
    defer { try? removeTree(folder) }
    // apt fetches one after the other from one host; four of them keep the line busy.
    let batches = Self.batches(missing, count: 16)
    _ = try await inParallel(batches, width: 4) { batch in
      try await archive.fetch(batch, into: folder)
      for package in batch {
        guard let digest = package.sha256 else { continue }
        try self.adopt("\(folder)/\(digest.hex)", as: digest, label: package.label)
        fetched(package)
      }
    }
  }

  /// Deals packages out so that every batch carries about the same number of bytes.
  private static func batches(_ packages: [Package], count: Int) -> [[Package]] {
    var batches: [(bytes: Int, packages: [Package])] = []
    for package in packages.sorted(by: { $0.size > $1.size }) {
      if batches.count < count {
        batches.append((package.size, [package]))
      } else if let lightest = batches.indices.min(by: { batches[$0].bytes < batches[$1].bytes }) {
        batches[lightest].bytes += package.size
        batches[lightest].packages.append(package)
      }
    }
    return batches.map(\.packages)
  }

  /// A set of package files that lie on this host.
  ///
  /// - Throws: ``PackageFailure`` for a path without packages, or a file that is none.
  package func lock(ofFiles paths: [String], set: String) async throws -> Lock {
    var packages: [Package] = []
    var isMixed = false
    let files = try packageFiles(at: paths, set: set)
    for file in files {
      isMixed = isMixed || PackageFile.isRPM(file) != PackageFile.isRPM(files[0])
      if file.hasSuffix(".dsc") {
        packages += try takeIn(description: file)
      } else if PackageFile.isRPM(file) {
        packages.append(
          try await take(WantedPackage(file: file), accepting: .recorded, web: try Web()))
      } else {
        packages.append(try takeIn(file))
      }
    }
    guard !isMixed else {
      throw PackageFailure.unresolved(
        set: set, reason: "it has deb and rpm packages",
        remedy: "make a set of each; packages of two distributions never make one")
    }
    return Lock(packages: packages)
  }

  /// Copies a loose Debian package file into the store.
  private func takeIn(_ file: String) throws -> Package {
    let fields = try DebFile(file).controlFields()
    let digest = try Digest(ofFile: file)
    let name = URL(filePath: file).lastPathComponent
    guard let package = fields["Package"], let version = fields["Version"] else {
      throw PackageFailure.damaged(
        package: name, entry: "control", reason: "it has no Package and Version")
    }
    if !lstatExists(packageFile(digest)) {
      let copy = scratch.fresh("deb")
      do { try FileManager.default.copyItem(atPath: file, toPath: copy) } catch {
        throw StorageFailure("cannot copy to", copy, error)
      }
      try adopt(copy, as: digest, label: name)
    }
    let size = ((try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int) ?? 0
    return Package(
      name: package, version: version, architecture: fields["Architecture"] ?? "",
      sha256: digest, size: size, origin: "", suite: "", signature: .unsigned, path: name)
  }
}
