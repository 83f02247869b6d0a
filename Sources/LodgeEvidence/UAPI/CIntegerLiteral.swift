extension CInteger {
  /// Reads an integer constant (C11 6.4.4.1), such as `0x40u`; nil where it is none.
  init?(literal text: String) {
    let lower = text.lowercased()
    let digits = lower.reversed().drop { $0 == "u" || $0 == "l" }.reversed()
    let suffix = lower.dropFirst(digits.count)
    guard ["", "u", "l", "ul", "lu", "ll", "ull", "llu"].contains(suffix) else { return nil }
    let (number, radix) = Self.radix(of: String(digits))
    guard let value = UInt64(number, radix: radix), number.first != "+" else { return nil }
    let isUnsigned = suffix.contains("u")
    // Only a decimal constant without `u` never becomes unsigned on its own.
    let mayBeUnsigned = isUnsigned || radix != 10
    let kinds = [Kind.int, .unsignedInt, .long, .unsignedLong].filter {
      !(isUnsigned && $0.isSigned) && !(suffix.contains("l") && $0.bytes < 8)
        && (mayBeUnsigned || $0.isSigned)
    }
    let kind = kinds.first { value <= $0.maximum } ?? .unsignedLong
    self.init(Int64(bitPattern: value), kind)
  }

  /// Reads a character constant (C11 6.4.4.4), such as `'S'`; nil where it is none.
  init?(character text: String) {
    var bytes = Array(text.utf8.dropFirst().dropLast())[...]
    var values: [Int64] = []
    while let byte = bytes.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        values.append(Int64(Int8(bitPattern: byte)))
        continue
      }
      guard let escaped = Self.escape(&bytes) else { return nil }
      values.append(Int64(Int8(truncatingIfNeeded: escaped)))
    }
    guard let first = values.first, values.count <= 4 else { return nil }
    // GCC puts the characters of a longer constant into one another's upper bytes.
    self.init(values.dropFirst().reduce(first) { $0 << 8 | $1 & 0xff })
  }

  private static func radix(of digits: String) -> (number: String, radix: Int) {
    if digits.hasPrefix("0x") { return (String(digits.dropFirst(2)), 16) }
    if digits.hasPrefix("0b") { return (String(digits.dropFirst(2)), 2) }
    return (digits, digits.hasPrefix("0") ? 8 : 10)
  }

  private static func escape(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    guard let byte = bytes.popFirst() else { return nil }
    if let simple = simpleEscapes[byte] { return simple }
    let isHex = byte == UInt8(ascii: "x")
    let digits =
      isHex
      ? bytes.prefix { Character(Unicode.Scalar($0)).isHexDigit }
      : ([byte] + bytes).prefix(3).prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
    bytes = bytes.dropFirst(isHex ? digits.count : max(0, digits.count - 1))
    return Int(String(decoding: digits, as: UTF8.self), radix: isHex ? 16 : 8)
  }

  private static let simpleEscapes: [UInt8: Int] = Dictionary(
    uniqueKeysWithValues: zip("abfnrtv\\'\"?e".utf8, [7, 8, 12, 10, 13, 9, 11, 92, 39, 34, 63, 27]))
}

extension CInteger.Kind {
  fileprivate var maximum: UInt64 {
    UInt64.max >> UInt64(64 - bytes * 8 + (isSigned ? 1 : 0))
  }
}
