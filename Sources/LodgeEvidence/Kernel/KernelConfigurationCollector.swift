import LodgeModel

extension Collector {
  /// Reads the configuration that the kernel was built with.
  package static let kconfig = Collector(\.kconfig) { root in
    guard let release = root.kernelRelease else { return .absent(Root.lacksKernel) }
    let files = KernelFiles(release: release).configurations
    guard let (file, bytes) = try root.first(of: files, limit: 4 << 20) else {
      return .absent(Root.lacks(files))
    }
    let options = KernelConfiguration.options(in: String(decoding: bytes, as: UTF8.self))
    guard !options.isEmpty else { throw FileFailure(file, "it sets no CONFIG_ symbol") }
    return .found(KernelConfiguration(source: root.source(file), options: options))
  }
}
