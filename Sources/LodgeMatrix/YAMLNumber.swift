extension YAMLValue {
  /// A number in decimal, or in hexadecimal after `0x`.
  func number<Number: FixedWidthInteger>(
    in range: ClosedRange<Number>
  ) throws(MatrixFailure) -> Number {
    let written = try text()
    guard let number = Number(literal: written), range.contains(number) else {
      throw failure(
        "“\(written)” is no number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}

extension FixedWidthInteger {
  /// Reads decimal digits, or hexadecimal ones after `0x`; nil for all else.
  init?(literal text: some StringProtocol) {
    let isHexadecimal = text.hasPrefix("0x")
    let digits = isHexadecimal ? text.dropFirst(2) : text[...]
    // The initializer of the standard library takes a sign too.
    guard digits.first?.isHexDigit == true else { return nil }
    self.init(digits, radix: isHexadecimal ? 16 : 10)
  }
}
