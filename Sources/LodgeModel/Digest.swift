/// A SHA-256 digest, written `sha256:` and 64 lower-case hexadecimal digits.
package struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The 64 hexadecimal digits.
  package let hex: String

  /// Reads a digest with or without its `sha256:` prefix; nil where it is not one.
  package init?(_ text: String) {
    let hex = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    let digits = hex.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    guard hex.utf8.count == 64, digits else { return nil }
    self.hex = hex
  }

  /// The digest whose 32 bytes are given.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self.hex = hexadecimal(bytes)
  }

  /// The 32 bytes.
  package var bytes: [UInt8] { [UInt8](hexadecimal: hex) ?? [] }

  package var description: String { "sha256:\(hex)" }

  /// The first twelve digits, for people.
  package var short: String { String(hex.prefix(12)) }

  package static func < (left: Digest, right: Digest) -> Bool { left.hex < right.hex }
}

extension Digest: Codable {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let digest = Digest(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(text) is no SHA-256 digest"))
    }
    self = digest
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
