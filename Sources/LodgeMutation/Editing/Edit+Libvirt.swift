import Foundation
import LodgeModel

// Changes of libvirt's library, driver and schema.
extension Edit {
  private static let schemas = ["usr/share/libvirt/schemas/domaincommon.rng"]
  /// Where libvirt's driver of QEMU is.
  static let drivers = ["usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so"]
  static let libraries = ["usr/lib/*/libvirt.so.0"]

  /// Changes the schema of domains.
  static func domainSchema(
    _ title: String, change: @escaping @Sendable (inout String) throws -> Void
  ) -> Self {
    text("domaincommon.rng: \(title)", in: schemas, facts: .of(.libvirt), change: change)
  }

  /// Puts a text in place of another in the schema of domains.
  static func domainSchema(_ old: String, _ new: String) -> Self {
    text(
      "domaincommon.rng has \(new) for \(old)", in: schemas, facts: .of(.libvirt), old, new)
  }

  /// Writes another string of the same length over one of libvirt's driver.
  static func driver(_ old: String, _ new: String) -> Self {
    bytes(in: drivers, facts: .of(.libvirt), old, new)
  }

  /// Changes libvirt's library.
  static func library(
    _ title: String, change: @escaping @Sendable (inout ELFEditor) throws -> Void
  ) -> Self {
    elf("libvirt.so.0: \(title)", in: libraries, facts: .of(.libvirt), change: change)
  }

  /// Changes libvirt's driver of QEMU.
  static func driver(
    _ title: String, change: @escaping @Sendable (inout ELFEditor) throws -> Void
  ) -> Self {
    elf("libvirt's driver \(title)", in: drivers, facts: .of(.libvirt), change: change)
  }
}
