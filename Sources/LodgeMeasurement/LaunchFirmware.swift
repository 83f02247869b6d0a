package import Foundation
import LodgeEvidence
import LodgeModel

/// A firmware image as a launch gives it to the guest.
package struct LaunchFirmware: Sendable {
  /// The path, for messages.
  package let name: String
  package let bytes: Data
  /// What the image says of itself.
  let image: FirmwareImage

  /// Reads an image from the bytes of its file.
  package init(_ bytes: Data, name: String) {
    (self.bytes, self.name) = (bytes, name)
    image = FirmwareImage(parsing: bytes, source: Source(file: name))
  }

  /// Whether the image holds the code that compares kernel hashes; nil where that cannot be told.
  ///
  /// Unpacks the image, which takes some tenths of a second.
  package var verifiesKernelHashes: Bool? { FirmwareImage.verifiesKernelHashes(bytes) }

  /// Where the image begins in the guest's memory.
  var address: UInt64 { FirmwareImage.area(ofFileOf: bytes.count).base }

  /// The largest image that is taken, in bytes; real ones have 2 to 8 MiB.
  package static let sizeLimit = 64 << 20

  /// Refuses an image that cannot start a guest of a domain type, or of which QEMU gives only
  /// whole pages to the guest.
  ///
  /// - Throws: ``PredictionFailure`` that names all that is wrong.
  func check(for type: DomainType) throws(PredictionFailure) {
    guard !bytes.isEmpty, bytes.count.isMultiple(of: Int(Page.size)) else {
      throw PredictionFailure(
        "the firmware \(name) has \(bytes.count) bytes, no whole number of pages of "
          + "\(Page.size): it is cut off, or no firmware")
    }
    guard type == .tdx || !lacksItsFront else {
      throw PredictionFailure(
        "the firmware \(name) ends with a firmware volume and begins with none: its front is cut "
          + "off")
    }
    let obstacles = image.obstacles(to: type)
    guard obstacles.isEmpty else {
      throw PredictionFailure(
        "the firmware \(name) cannot start a guest of the type \(type.title): it "
          + obstacles.joined(separator: "; it "))
    }
  }

  /// Whether the image begins in the middle of a firmware volume, as one that lost its first pages.
  ///
  /// edk2 lays volume behind volume up to the end. That of variables is the first where there is
  /// one: what stands before it was put there, and is measured as all else. Of a trust domain the
  /// metadata tells where the image begins, for other firmware than edk2's too.
  ///
  /// **Source:** UEFI Platform Initialization specification, volume 3,
  /// "EFI_FIRMWARE_VOLUME_HEADER"; edk2 OvmfPkg/Include/Fdf/OvmfPkgDefines.fdf.inc.
  private var lacksItsFront: Bool {
    guard volume(at: 0) == nil else { return false }
    var hasVolume = false
    for offset in stride(from: 0, to: bytes.count, by: Int(Page.size)) {
      guard let volume = volume(at: offset) else { continue }
      if !hasVolume, volume.holdsVariables { return false }
      if volume.size == UInt64(bytes.count - offset) { return true }
      hasVolume = true
    }
    return false
  }

  /// How long a firmware volume says it is, and what it is for; nil where none begins.
  private func volume(at offset: Int) -> (size: UInt64, holdsVariables: Bool)? {
    let header = bytes.dropFirst(offset).prefix(Self.volumeHeaderSize)
    guard header.suffix(4).elementsEqual("_FVH".utf8) else { return nil }
    let size = header.dropFirst(32).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    return (size, header.dropFirst(16).prefix(16).elementsEqual(Self.variablesGUID))
  }

  /// Bytes of a volume's header up to its signature, and that.
  private static let volumeHeaderSize = 44
  /// EFI_SYSTEM_NV_DATA_FV_GUID, fff12b8d-7696-4c8b-a985-2747075b4f50.
  private static let variablesGUID: [UInt8] = [
    0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b, 0x4c, 0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50,
  ]

  /// Where QEMU writes kernel hashes.
  ///
  /// - Throws: ``PredictionFailure`` where the image has no room for them, as QEMU refuses it.
  func hashArea() throws(PredictionFailure) -> FirmwareImage.Area {
    guard image.takesKernelHashes, let area = image.hashArea else {
      throw PredictionFailure(
        "the firmware \(name) has no area of \(KernelHashes.tableSize) bytes for kernel hashes: "
          + "QEMU refuses kernelHashes='yes' with it; take a build of OvmfPkg/AmdSev")
    }
    return area
  }
}
