import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads what the image of the kernel says of itself.
  package static let kernel = Collector(\.kernel) { root in
    guard let release = root.kernelRelease else { return .absent(Root.lacksKernel) }
    guard let (file, image) = try root.vmlinuz() else {
      return .absent(Root.lacks(KernelFiles(release: release).images))
    }
    return .found(
      KernelBuild(release: release, version: image.version, source: root.source(file)))
  }
}

/// The kernel proper of one root, unpacked once for all collectors.
actor UnpackedKernel {
  /// The compressed image's path, the release in its banner, and the ELF file in it.
  typealias Found = (file: String, release: String?, elf: ELFFile)

  private var result: Result<Found?, any Error>?

  /// The kernel of the root that this belongs to; nil where there is none.
  ///
  /// - Throws: `RootFailure` or ``FileFailure`` for one that cannot be read.
  func found(in root: Root) throws -> Found? {
    if let result { return try result.get() }
    let found = Result { () throws -> Found? in
      guard let (file, image) = try root.vmlinuz() else { return nil }
      return (file, image.release, try explaining(file) { try image.unpacked() })
    }
    result = found
    return try found.get()
  }
}

extension Root {
  /// The image of the kernel, with its path; nil where there is none.
  ///
  /// - Throws: `RootFailure` or ``FileFailure`` for one that cannot be read.
  func vmlinuz() throws -> (file: String, image: Vmlinuz)? {
    guard let release = kernelRelease,
      let (file, bytes) = try first(of: KernelFiles(release: release).images, limit: 64 << 20)
    else { return nil }
    return (file, try explaining(file) { try Vmlinuz(bytes) })
  }
}
