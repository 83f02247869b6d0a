import Foundation
import LodgeBindings
import LodgeModel

/// The header of a firmware volume.
///
/// **Source:** UEFI Platform Initialization specification, volume 3, "EFI_FIRMWARE_VOLUME_HEADER".
private struct FirmwareVolume {
  /// Bytes.
  let size: UInt64
  let holdsVariables: Bool

  /// Reads what begins at an offset; nil where no volume does.
  init?(in image: LittleEndianBytes, at offset: Int) {
    guard image.hasBytes("_FVH".utf8, at: offset + 40),
      let size = image.integer(at: offset + 32, as: UInt64.self)
    else { return nil }
    self.size = size
    holdsVariables = image.hasBytes(Self.variables, at: offset + 16)
  }

  /// EFI_SYSTEM_NV_DATA_FV_GUID, fff12b8d-7696-4c8b-a985-2747075b4f50.
  private static let variables: [UInt8] = [
    0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b, 0x4c, 0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50,
  ]
}

extension LittleEndianBytes {
  /// Whether the image begins in the middle of a firmware volume, as one that lost its first pages.
  ///
  /// edk2 lays volume behind volume up to the end. That of variables is the first where there is
  /// one: what stands before it was put there, and is measured as all else.
  ///
  /// **Source:** edk2 OvmfPkg/Include/Fdf/OvmfPkgDefines.fdf.inc.
  var lacksItsFront: Bool {
    guard FirmwareVolume(in: self, at: 0) == nil else { return false }
    var hasVolume = false
    for offset in stride(from: 0, to: count, by: Int(Page.size)) {
      guard let volume = FirmwareVolume(in: self, at: offset) else { continue }
      if !hasVolume, volume.holdsVariables { return false }
      if volume.size == UInt64(count - offset) { return true }
      hasVolume = true
    }
    return false
  }

  /// Whether nothing stands where a processor begins.
  ///
  /// **Source:** AMD APM volume 2, "Processor Initialization State": 16 bytes below 4 GiB.
  var lacksItsEnd: Bool {
    guard let last = slice(at: count - 16, count: 16) else { return true }
    return last.allSatisfy { $0 == 0 } || last.allSatisfy { $0 == 0xFF }
  }
}
