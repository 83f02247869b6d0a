/// A part of a set that is taken whole from one set or another.
package enum SetPart: String, Codable, CodingKeyRepresentable, CaseIterable, Comparable, Sendable {
  case kernel
  case qemu
  case libvirt
  case firmware
  /// The packages that belong to no member, such as the libraries that members depend on.
  case rest

  /// The part that a member is.
  package init(_ member: Member) {
    self =
      switch member {
      case .kernel: .kernel
      case .qemu: .qemu
      case .libvirt: .libvirt
      case .firmware: .firmware
      }
  }

  /// The member that the part is; nil for the rest.
  package var member: Member? {
    switch self {
    case .kernel: .kernel
    case .qemu: .qemu
    case .libvirt: .libvirt
    case .firmware: .firmware
    case .rest: nil
    }
  }

  /// The name in tables and sentences.
  package var title: String { member?.title ?? "rest" }

  package static func < (left: Self, right: Self) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
