import LodgeModel

extension Collector {
  /// Reads the firmware descriptors of a root, in libvirt's order of preference.
  package static let descriptors = Collector(\.descriptors) { root in
    let files = DescriptorFiles(in: root)
    guard !files.areMissing else {
      return .absent("no descriptor in \(DescriptorFiles.folders.joined(separator: ", "))")
    }
    var found = FirmwareDescriptors(descriptors: [])
    var broken: [BrokenDescriptor] = []
    for path in files.paths {
      do {
        found.descriptors.append(try DescriptorFiles.read(path, in: root))
      } catch let failure as FileFailure {
        broken.append(BrokenDescriptor(source: root.source(path), reason: failure.reason))
      }
    }
    found.broken = broken.isEmpty ? nil : broken
    return .found(found)
  }
}
