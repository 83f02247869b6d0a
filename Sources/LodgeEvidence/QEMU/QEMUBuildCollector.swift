import LodgeModel

extension Collector {
  /// Which QEMU the root has, from its own greeting.
  package static let qemu = Collector(\.qemu) { root in
    try await root.qemu.fact { answers, binary in
      let number = answers.version.qemu
      return QEMUBuild(
        version: "\(number.major).\(number.minor).\(number.micro)",
        packageVersion: answers.version.package, source: binary)
    }
  }
}
