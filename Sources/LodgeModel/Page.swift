/// The unit in which firmware memory is handed to a confidential guest.
package enum Page {
  /// Bytes.
  package static let size: UInt64 = 4096
}

extension UnsignedInteger {
  /// The number as firmware people write it: `0x810000`.
  package var hexadecimal: String { "0x" + String(self, radix: 16) }
}
