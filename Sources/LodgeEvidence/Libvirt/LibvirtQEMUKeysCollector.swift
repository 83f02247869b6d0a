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
      return .found(
        LibvirtQEMUKeys(
          source: root.source(path), letters: letters,
          exemptsConfidentialFirmware: data.hasText("isConfidential = "),
          // The linker keeps a string that ends another one only there.
          words: DriverWord.allCases.filter { data.hasString(endingWith: $0.rawValue) },
          quoteSocket: data.quoteSocket))
    }
    return .absent(
      "no \(Root.libvirtDriver) below usr/lib or usr/lib64, and no libvirtd with the driver")
  }

  /// Bytes; real drivers take 2 MiB.
  private static let driverLimit = 64 << 20
}

extension Data {
  /// Whether a string of a program ends with a text.
  fileprivate func hasString(endingWith text: String) -> Bool {
    range(of: Data(text.utf8) + [0]) != nil
  }

  /// The path of a socket of a quote generation service.
  ///
  /// **Source:** libvirt docs/formatdomain.rst, quoteGenerationService; the driver of 12.8.0 has
  /// `/var/run/tdx-qgs/qgs.socket`, and no other text with `qgs` that begins with a slash.
  fileprivate var quoteSocket: String? {
    var start = startIndex
    while let match = self[start...].range(of: Data("qgs".utf8)) {
      start = match.upperBound
      let first = self[..<match.lowerBound].lastIndex(of: 0).map { $0 + 1 } ?? startIndex
      guard self[first] == UInt8(ascii: "/"), let end = self[start...].firstIndex(of: 0),
        end - first < 108, let path = String(validating: self[first..<end], as: UTF8.self)
      else { continue }
      return path
    }
    return nil
  }
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
