import LodgeModel

extension Collector {
  /// Reads the firmware descriptors of a root, in libvirt's order of preference.
  package static let descriptors = Collector(\.descriptors) { root in
    let files = DescriptorFiles(in: root)
    guard !files.areMissing else {
      return .absent("no descriptor in \(DescriptorFiles.folders.joined(separator: ", "))")
    }
    return .found(
      FirmwareDescriptors(
        descriptors: try files.paths.map { try DescriptorFiles.read($0, in: root) }))
  }
}
