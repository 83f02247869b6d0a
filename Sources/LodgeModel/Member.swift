/// The four parts of a build set that make promises to each other.
package enum Member: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
  case kernel
  case qemu
  case libvirt
  case firmware

  /// The name as its project writes it.
  package var title: String {
    switch self {
    case .kernel: "kernel"
    case .qemu: "QEMU"
    case .libvirt: "libvirt"
    case .firmware: "firmware"
    }
  }
}
