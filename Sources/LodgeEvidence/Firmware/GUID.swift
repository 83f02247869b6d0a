import LodgeBindings
import LodgeModel

/// An EFI GUID, kept as it stands in an image.
///
/// **Source:** UEFI specification, appendix A: the first three fields are little-endian.
struct GUID: Hashable, Sendable, CustomStringConvertible {
  /// How many bytes a GUID takes.
  static let size = 16

  /// The bytes as an image holds them.
  let bytes: [UInt8]

  /// The GUID that is written `a-b-c-d`, the last two groups taken as one number.
  init(_ a: UInt32, _ b: UInt16, _ c: UInt16, _ d: UInt64) {
    bytes =
      a.littleEndianBytes + b.littleEndianBytes + c.littleEndianBytes
      + d.littleEndianBytes.reversed()
  }

  /// The GUID that stands at an offset; nil beyond the end.
  init?(at offset: Int, in image: LittleEndianBytes) {
    guard let bytes = image.slice(at: offset, count: Self.size) else { return nil }
    self.bytes = Array(bytes)
  }

  /// Lower-case hexadecimal in five groups, such as `96b582de-1fb2-45f7-baea-a366c55a082d`.
  var description: String {
    [bytes[0..<4].reversed(), bytes[4..<6].reversed(), bytes[6..<8].reversed()]
      .map { hexadecimal($0) }
      .joined(separator: "-") + "-" + hexadecimal(bytes[8..<10]) + "-" + hexadecimal(bytes[10...])
  }
}
