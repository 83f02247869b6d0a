/// What a root will hold and where each file comes from, decided before anything is made.
package struct RootPlan: Codable, Equatable, Sendable {
  /// What stands at one path of the root.
  package enum Node: Codable, Equatable, Sendable {
    case directory
    /// The file of a package, by the package's place in the plan and its path there.
    case file(package: Int, path: String)
    case link(String)
  }

  /// Labels of the packages, in the order of the lock.
  package private(set) var packages: [String]
  /// Nodes by path, without a leading slash.
  package private(set) var nodes: [String: Node] = [:]
  /// The package that put each file or link there.
  package private(set) var owners: [String: Int] = [:]
  /// What a reader should know, such as files that two packages claim.
  package private(set) var notes: [String] = []

  /// The directories whose content has moved below `usr` everywhere.
  ///
  /// **Source:** Debian's usrmerge, file-hierarchy(7).
  private static let merged = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"]

  /// Lays the packages over each other; where two claim a file, the first keeps it.
  package init(_ packages: [(label: String, tree: PackageTree)]) {
    self.packages = packages.map(\.label)
    for path in ["dev", "etc", "proc", "run", "sys", "tmp", "usr", "var"] {
      nodes[path] = .directory
    }
    for name in Self.merged { nodes[name] = .link("usr/\(name)") }
    for (index, package) in packages.enumerated() {
      notes += package.tree.notes
      for entry in package.tree.entries { lay(entry, of: index) }
    }
    for name in Self.merged where nodes["usr/\(name)"] == nil { nodes[name] = nil }
  }

  private mutating func lay(_ entry: PackageTree.Entry, of package: Int) {
    guard let path = settle(entry.path, package) else { return }
    switch (entry.kind, nodes[path]) {
    case (.directory, nil): nodes[path] = .directory
    case (.directory, .directory), (.directory, .link): break
    case (.file, nil): put(path, .file(package: package, path: entry.path), package)
    case (.link(let target), nil): put(path, .link(target), package)
    case (.link(let target), .link(let old)) where target == old: break
    // The links of a merged /usr that base-files ships are there already.
    case (.link, .directory) where Self.merged.contains(entry.path): break
    default:
      let other = owners[path].map { packages[$0] } ?? "the root itself"
      notes.append("package \(packages[package]): entry \(path): \(other) has it too and keeps it")
    }
  }

  private mutating func put(_ path: String, _ node: Node, _ package: Int) {
    nodes[path] = node
    owners[path] = package
  }

  /// Where a path really leads once the links above it are followed, making missing folders.
  private mutating func settle(_ path: String, _ package: Int) -> String? {
    var settled: [Substring] = []
    var rest = path.split(separator: "/")[...]
    var links = 0
    while let part = rest.popFirst() {
      if part == ".." {
        _ = settled.popLast()
        continue
      }
      guard part != "." else { continue }
      settled.append(part)
      guard !rest.isEmpty else { break }
      let here = settled.joined(separator: "/")
      switch nodes[here] {
      case nil: nodes[here] = .directory
      case .directory: break
      case .file:
        notes.append("package \(packages[package]): entry \(path): \(here) is a file elsewhere")
        return nil
      case .link(let target):
        links += 1
        guard links < 40 else {
          notes.append("package \(packages[package]): entry \(path): \(here) links in a circle")
          return nil
        }
        settled = target.hasPrefix("/") ? [] : settled.dropLast()
        rest = (target.split(separator: "/") + rest)[...]
      }
    }
    return settled.isEmpty ? nil : settled.joined(separator: "/")
  }
}
