/// How far evidence goes, from reading packages to a host with the real hardware.
package enum Stage: String, Codable, CaseIterable, Comparable, Sendable {
  /// Only read from the packages.
  case packages
  /// Real libvirt and QEMU on a modelled KVM; no guest instruction runs.
  case launch
  /// The candidate kernel runs in a machine under TCG or KVM.
  case boot
  /// A real TDX or SNP host.
  case metal

  package static func < (left: Self, right: Self) -> Bool {
    left.order < right.order
  }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
