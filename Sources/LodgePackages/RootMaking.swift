import Foundation
import Glibc
import LodgeHost
package import LodgeModel
import Synchronization

/// The unpacked install tree of a set, made of links into the store.
///
/// A class, so that the long list of owners is read once, and only when somebody asks.
package final class SetRoot: Sendable {
  /// The folder on this host.
  package let path: String
  /// What a reader should know of how it was made, such as dropped setuid bits.
  package let notes: [String]
  private let plan: Mutex<RootPlan?>
  private let planFile: URL

  fileprivate init(in folder: String, notes: [String], plan: RootPlan? = nil) {
    path = "\(folder)/tree"
    self.notes = notes
    self.plan = Mutex(plan)
    planFile = URL(filePath: "\(folder)/plan.json")
  }

  /// Name and version of the package that put a path there.
  package func owner(of path: String) -> String? {
    plan.withLock { plan in
      if plan == nil {
        // Owners only make findings easier to read; without them, findings still name the file.
        plan = (try? Data(contentsOf: planFile)).flatMap {
          try? JSONDecoder().decode(RootPlan.self, from: $0)
        }
      }
      return plan.flatMap { plan in plan.owners[path].map { plan.packages[$0] } }
    }
  }
}

extension Store {
  /// The root of a lock whose package files are all in the store; made now if it never was.
  ///
  /// - Throws: ``PackageFailure`` naming a hostile or damaged package, ``StorageFailure`` for a
  ///   full disk.
  package func root(
    of lock: Lock, by installation: Installation = .unpacked,
    width: Int = ProcessInfo.processInfo.activeProcessorCount,
    unpacked: @escaping @Sendable (Package) -> Void = { _ in }
  ) async throws -> SetRoot {
    let folder = rootFolder(lock.id, by: installation)
    if let known = try? Data(contentsOf: URL(filePath: "\(folder)/notes.json")) {
      return SetRoot(in: folder, notes: try JSONDecoder().decode([String].self, from: known))
    }
    if case .transaction(let scriptlets) = installation {
      return try await installed(lock, scriptlets: scriptlets, as: folder)
    }
    let packages = lock.binaryPackages
    let trees = try await unpack(packages, width, unpacked)
    let origins = try await sourceParts(of: lock)
    let plan = RootPlan(
      origins.map { (label: $0.label, tree: $0.tree) }
        + zip(packages, trees).map { (label: $0.label, tree: $1) })
    let unfinished = scratch.fresh("root")
    do {
      let sources = origins.map(\.files) + packages.map { $0.sha256.map(treeFiles) ?? "" }
      try await make(plan, from: sources, at: "\(unfinished)/tree")
      try keep(JSONEncoder().encode(plan), as: "\(unfinished)/plan.json")
      try keep(JSONEncoder().encode(plan.notes), as: "\(unfinished)/notes.json")
      try publish(unfinished, as: folder)
    } catch {
      try? removeTree(unfinished)
      throw error
    }
    return SetRoot(in: folder, notes: plan.notes, plan: plan)
  }

  /// Lets librpm install the packages of a lock.
  private func installed(
    _ lock: Lock, scriptlets: Bool, as folder: String
  ) async throws -> SetRoot {
    let files = try lock.binaryPackages.map { package throws(PackageFailure) in
      guard let digest = package.sha256, PackageFile.isRPM(packageFile(digest)) else {
        throw .unavailable(package: package.label, reason: "the store has no RPM package of it")
      }
      return (label: package.label, file: packageFile(digest))
    }
    let unfinished = scratch.fresh("root")
    do {
      try makeFolder("\(unfinished)/tree")
      async let plan = inParallel(Array(files.enumerated())) { number, file in
        (number, (label: file.label, tree: try PackageTree(listing: file.file)))
      }
      let report = try await RPMTransaction.install(
        files, into: "\(unfinished)/tree", scriptlets: scriptlets, scratch: scratch)
      let origins = try await sourceParts(of: lock)
      for origin in origins { try lay(origin.tree, from: origin.files, at: "\(unfinished)/tree") }
      let owners = RootPlan(
        origins.map { (label: $0.label, tree: $0.tree) }
          + (try await plan.sorted { $0.0 < $1.0 }.map(\.1)))
      try keep(JSONEncoder().encode(owners), as: "\(unfinished)/plan.json")
      let notes = report.notes + origins.flatMap(\.tree.notes)
      try keep(JSONEncoder().encode(notes), as: "\(unfinished)/notes.json")
      try publish(unfinished, as: folder)
      return SetRoot(in: folder, notes: notes, plan: owners)
    } catch {
      try? removeTree(unfinished)
      throw error
    }
  }

  /// What a root has of the source packages of a lock.
  private func sourceParts(
    of lock: Lock
  ) async throws -> [(label: String, tree: PackageTree, files: String)] {
    var parts: [(label: String, tree: PackageTree, files: String)] = []
    for source in lock.sourcePackages {
      parts.append((source.label, try await tree(of: source), treeFiles(source.key)))
    }
    return parts
  }

  /// Links unpacked files into a tree in which nothing else has their place.
  private func lay(_ tree: PackageTree, from files: String, at folder: String) throws {
    for entry in tree.entries {
      let place = "\(folder)/\(entry.path)"
      let parent = URL(filePath: place).deletingLastPathComponent()
      try makeFolder(parent.path(percentEncoded: false))
      guard link("\(files)/\(entry.path)", place) == 0 else {
        throw StorageFailure("cannot make", place, errno)
      }
    }
  }

  /// Unpacks in parallel, the largest first, so that no core waits for a late kernel.
  private func unpack(
    _ packages: [Package], _ width: Int, _ unpacked: @escaping @Sendable (Package) -> Void
  ) async throws -> [PackageTree] {
    let largestFirst = packages.indices.sorted { packages[$0].size > packages[$1].size }
    let trees = try await inParallel(largestFirst, width: width) { index in
      let package = packages[index]
      guard let digest = package.sha256 else {
        throw PackageFailure.unavailable(package: package.label, reason: "it has no digest")
      }
      let tree = try self.tree(of: digest, label: package.label)
      unpacked(package)
      return (index, tree)
    }
    return trees.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func make(
    _ plan: RootPlan, from sources: [String], at folder: String
  ) async throws {
    try makeFolder(folder)
    // Folders first, the upper before the lower; what they hold can then be made in any order.
    let paths = plan.nodes.keys.sorted()
    for path in paths where plan.nodes[path] == .directory {
      let place = "\(folder)/\(path)"
      guard mkdir(place, 0o755) == 0 else { throw StorageFailure("cannot make", place, errno) }
    }
    let width = ProcessInfo.processInfo.activeProcessorCount
    let share = paths.count / width + 1
    let shares = stride(from: 0, to: paths.count, by: share).map { start in
      paths[start..<min(start + share, paths.count)]
    }
    _ = try await inParallel(shares) { paths in
      for path in paths {
        let place = "\(folder)/\(path)"
        let code =
          switch plan.nodes[path] {
          case .file(let package, let file): link("\(sources[package])/\(file)", place)
          case .link(let target): symlink(target, place)
          case .directory, nil: Int32(0)
          }
        guard code == 0 else { throw StorageFailure("cannot make", place, errno) }
      }
    }
  }
}
