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
    guard type == .tdx || image.lacksItsFront != true else {
      throw PredictionFailure(
        "the firmware \(name) ends with a firmware volume and begins with none: its front is cut "
          + "off")
    }
    let refusals = image.refusals(of: type)
    guard refusals.isEmpty else {
      throw PredictionFailure(
        "the firmware \(name) cannot start a guest of the type \(type.title): it "
          + refusals.joined(separator: "; it "))
    }
  }

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
