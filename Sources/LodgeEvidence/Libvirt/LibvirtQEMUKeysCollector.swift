import Foundation
import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads the JSON keys in libvirt's QEMU driver.
  package static let libvirtKeys = Collector(\.libvirtKeys) { root in
    for path in driverPaths(in: root) {
      guard let data = try root.directory.read(path, limit: driverLimit) else { continue }
      let letters = try explaining(path) { try QEMUKeyStrings(in: data).letters }
      // A monolithic daemon without the driver has none, and tells nothing.
      guard !letters.isEmpty else { continue }
      return .found(
        LibvirtQEMUKeys(
          source: root.source(path), letters: letters,
          exemptsConfidentialFirmware: data.range(of: Data("isConfidential = ".utf8)) != nil))
    }
    return .absent("no \(driverName) below usr/lib or usr/lib64, and no libvirtd with the driver")
  }

  private static func driverPaths(in root: Root) -> [String] {
    let multiarch = root.directory.list("usr/lib").map { "usr/lib/\($0)" }
    let folders = ["usr/lib64", "usr/lib"] + multiarch
    return folders.map { "\($0)/libvirt/connection-driver/\(driverName)" }
      + ["usr/sbin/libvirtd", "usr/bin/libvirtd"]
  }

  private static let driverName = "libvirt_driver_qemu.so"
  /// Bytes; real drivers take 2 MiB.
  private static let driverLimit = 64 << 20
}
