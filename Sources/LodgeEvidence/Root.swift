import Foundation
package import LodgeBindings
package import LodgeHost
package import LodgeModel

/// An unpacked tree, and what is already known of it.
package struct Root: Sendable {
  package let directory: RootDirectory
  /// The release of the kernel to read; nil where the root has none.
  package let kernelRelease: String?
  /// The answers of the root's QEMU, asked for when first needed.
  let qemu: QEMUProbe
  /// How the packages stand to each other; whoever made the tree knows it.
  let closure: @Sendable () async throws -> Fact<SetClosure>
  /// The kernel proper, unpacked when first needed.
  let kernelImage = UnpackedKernel()
  /// Its modules, unpacked when first needed.
  let kernelModules = UnpackedModules()
  private let ownerOf: @Sendable (String) -> String?

  /// Opens a tree for reading.
  ///
  /// - Parameters:
  ///   - directory: the tree.
  ///   - kernelRelease: the kernel to read; by default the newest that the tree has.
  ///   - interposer: who answers in place of the tree's programs; nil for themselves.
  ///   - ownerOf: name and version of the package that put a path there.
  ///   - closure: how the packages of the tree stand to each other.
  package init(
    _ directory: RootDirectory, kernelRelease: String? = nil, interposer: Interposer? = nil,
    ownerOf: @escaping @Sendable (String) -> String? = { _ in nil },
    closure: @escaping @Sendable () async throws -> Fact<SetClosure> = Self.withoutPackages
  ) {
    self.directory = directory
    self.kernelRelease = kernelRelease ?? Self.kernelReleases(in: directory).last
    (self.closure, self.ownerOf) = (closure, ownerOf)
    var sandbox = Sandbox(root: directory.path)
    sandbox.interposer = interposer
    qemu = QEMUProbe(in: directory, sandbox, ownerOf: ownerOf)
  }

  /// Opens the tree at a path of this host.
  ///
  /// - Throws: ``RootFailure`` where the path is no directory that can be read.
  package init(
    at path: String, kernelRelease: String? = nil, interposer: Interposer? = nil,
    ownerOf: @escaping @Sendable (String) -> String? = { _ in nil },
    closure: @escaping @Sendable () async throws -> Fact<SetClosure> = Self.withoutPackages
  ) throws(RootFailure) {
    self.init(
      try RootDirectory(path), kernelRelease: kernelRelease, interposer: interposer,
      ownerOf: ownerOf, closure: closure)
  }

  /// What is known of the packages of a tree that nobody made of packages.
  @Sendable package static func withoutPackages() async throws -> Fact<SetClosure> {
    .absent("the tree was not made of packages that Lodge has")
  }

  /// The evidence with what is known now of the packages, which changes with their sources.
  package func refreshed(_ evidence: Evidence) async -> Evidence {
    var evidence = evidence
    await Collector.closure(self)(&evidence)
    return evidence
  }

  /// Where the tree is on this host.
  package var path: String { directory.path }

  /// The releases of the kernels that the tree has, oldest first.
  package var kernelReleases: [String] { Self.kernelReleases(in: directory) }

  /// A path as a finding names it, with its owner.
  package func source(_ file: String) -> Source {
    let path = String(file.drop { $0 == "/" })
    return Source(file: path, package: ownerOf(path))
  }

  /// The releases that have an image or modules, oldest first.
  private static func kernelReleases(in directory: RootDirectory) -> [String] {
    let images = directory.list("boot").filter { $0.hasPrefix("vmlinuz-") }
    let fromBoot = images.map { String($0.dropFirst("vmlinuz-".count)) }
    let fromModules = directory.list("usr/lib/modules") + directory.list("lib/modules")
    return Set(fromBoot + fromModules).sorted {
      $0.compare($1, options: .numeric) == .orderedAscending
    }
  }
}
