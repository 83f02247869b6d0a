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

  /// Whether the image lost its first pages: edk2 lays volume behind volume, and a start of none
  /// is the middle of one.
  ///
  /// Of a trust domain the metadata tells it, for other images than those of edk2 too.
  ///
  /// **Source:** UEFI Platform Initialization specification, volume 3,
  /// "EFI_FIRMWARE_VOLUME_HEADER".
  private var lacksItsFront: Bool {
    guard sizeOfVolume(at: 0) == nil else { return false }
    return stride(from: 0, to: bytes.count, by: Int(Page.size)).contains { offset in
      sizeOfVolume(at: offset) == UInt64(bytes.count - offset)
    }
  }

  /// How long a firmware volume says it is; nil where none begins.
  private func sizeOfVolume(at offset: Int) -> UInt64? {
    let header = bytes.dropFirst(offset).prefix(Self.volumeHeaderSize)
    guard header.suffix(4).elementsEqual("_FVH".utf8) else { return nil }
    return header.dropFirst(32).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Bytes of a volume's header up to its signature, and that.
  private static let volumeHeaderSize = 44

  /// Where QEMU writes kernel hashes.
  ///
  /// - Throws: ``PredictionFailure`` where the image has no room for them, as QEMU refuses it.
  func hashArea() throws(PredictionFailure) -> FirmwareImage.Area {
    guard let area = image.hashArea, area.base != 0, area.size >= UInt64(KernelHashes.tableSize)
    else {
      throw PredictionFailure(
        "the firmware \(name) has no area of \(KernelHashes.tableSize) bytes for kernel hashes: "
          + "QEMU refuses kernelHashes='yes' with it; take a build of OvmfPkg/AmdSev")
    }
    return area
  }
}
