import Foundation
import LodgeMeasurement
import Testing

/// The OVMF images of the root that LODGE_TEST_ROOT names, variable stores left out.
enum RealImages {
  /// The images by their paths; a file of several names has one of them.
  static let all: [String: LaunchFirmware] = {
    guard let root = ProcessInfo.processInfo.environment["LODGE_TEST_ROOT"] else { return [:] }
    var images: [String: LaunchFirmware] = [:]
    for folder in ["OVMF", "ovmf", "edk2/ovmf", "qemu"].map({ "\(root)/usr/share/\($0)" }) {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      where name.hasPrefix("OVMF") && name.hasSuffix(".fd") && !name.contains("VARS") {
        let path = "\(folder)/\(name)"
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type]
        guard type as? FileAttributeType == .typeRegular,
          let bytes = try? Data(contentsOf: URL(filePath: path))
        else { continue }
        images[path] = LaunchFirmware(bytes, name: path)
      }
    }
    return images
  }()

  /// Why a test with them is skipped.
  static let missing: Comment = "LODGE_TEST_ROOT names no root with OVMF"
}
