/// Firmware of a root that cannot be read.
package enum FirmwareFailure: Error, Equatable, CustomStringConvertible {
  /// There are more images than any distribution has.
  case tooManyImages(Int, limit: Int)
  /// A descriptor is not what QEMU's schema says; the reason names the key.
  case descriptor(String, reason: String)

  package var description: String {
    switch self {
    case .tooManyImages(let count, let limit):
      "cannot read firmware images: there are \(count), more than \(limit)"
    case .descriptor(let file, let reason):
      "cannot read firmware descriptor \(file): \(reason)"
    }
  }
}
