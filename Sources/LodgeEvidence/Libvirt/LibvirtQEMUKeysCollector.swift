import Foundation
import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads the JSON keys in libvirt's QEMU driver.
  package static let libvirtKeys = Collector(\.libvirtKeys) { root in
    for path in root.libvirtDrivers {
      guard let data = try root.directory.read(path, limit: driverLimit) else { continue }
      let letters = try explaining(path) { try QEMUKeyStrings(in: data).letters }
      // A monolithic daemon without the driver has none, and tells nothing.
      guard !letters.isEmpty else { continue }
      let strings = DriverStrings(in: data)
      return .found(
        LibvirtQEMUKeys(
          source: root.source(path), letters: letters,
          exemptsConfidentialFirmware: data.hasText("isConfidential = "),
          words: DriverWord.allCases.filter(strings.words.contains),
          quoteSocket: strings.quoteSocket))
    }
    return .absent(
      "no \(Root.libvirtDriver) below usr/lib or usr/lib64, and no libvirtd with the driver")
  }

  /// Bytes; real drivers take 2 MiB.
  private static let driverLimit = 64 << 20
}

extension Root {
  /// Where distributions put libvirt's driver for QEMU, or the daemon that has it in itself.
  var libvirtDrivers: [String] {
    let multiarch = directory.list("usr/lib").map { "usr/lib/\($0)" }
    let folders = ["usr/lib64", "usr/lib"] + multiarch
    return folders.map { "\($0)/libvirt/connection-driver/\(Self.libvirtDriver)" }
      + ["usr/sbin/libvirtd", "usr/bin/libvirtd"]
  }

  fileprivate static let libvirtDriver = "libvirt_driver_qemu.so"
}
