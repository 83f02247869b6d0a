/// A 64-bit number as the description of the platform model writes it.
package struct ModelNumber: Equatable, Sendable, CustomStringConvertible {
  package let value: UInt64

  package init(_ value: some BinaryInteger) { self.value = UInt64(truncatingIfNeeded: value) }

  /// Reads decimal digits, or hexadecimal ones after `0x`.
  package init?(_ text: String) {
    let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
    guard digits.first?.isHexDigit == true,
      let value = UInt64(digits, radix: text.hasPrefix("0x") ? 16 : 10)
    else { return nil }
    self.value = value
  }

  /// Small numbers in decimal, large ones in hexadecimal; negative ones as their 64 bits.
  package var description: String {
    value < 0x1_0000 ? String(value) : hexadecimal
  }

  /// The number in hexadecimal, for masks and registers.
  package var hexadecimal: String { "0x" + String(value, radix: 16) }
}
