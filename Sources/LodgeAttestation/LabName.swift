/// The name of a lab, which is also the name of the file of its key.
package struct LabName: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let description: String

  /// What a name may be, for messages.
  package static let rule =
    "a name of a lab has up to 64 of a-z, A-Z, 0-9, dot, dash and underscore, and starts with a"
    + " letter or digit"

  /// Reads a name; nil where ``rule`` forbids it.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    let isPlain = bytes.allSatisfy { Self.isLetterOrDigit($0) || ".-_".utf8.contains($0) }
    guard (1...64).contains(bytes.count), isPlain, Self.isLetterOrDigit(bytes[0]) else {
      return nil
    }
    description = text
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }

  package static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}
