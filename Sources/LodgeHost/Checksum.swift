import Crypto
package import Foundation
import LodgeModel

/// A digest as package metadata gives it: an algorithm by name, and hexadecimal digits.
package struct Checksum: Hashable, Sendable, CustomStringConvertible {
  /// The algorithms that still tell one file from another on purpose; MD5 and SHA-1 no longer do.
  package enum Kind: String, CaseIterable, Sendable {
    case sha256
    case sha384
    case sha512
  }

  package let kind: Kind
  /// Lower-case hexadecimal digits.
  package let hex: String

  /// Reads a checksum; nil for an algorithm that is not trusted, or digits that are none.
  package init?(kind: String, hex: String) {
    guard let kind = Kind(rawValue: kind.lowercased().replacing("-", with: "")) else { return nil }
    let digits = hex.lowercased()
    let isHex = digits.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    guard isHex, digits.utf8.count == kind.digits else { return nil }
    (self.kind, self.hex) = (kind, digits)
  }

  /// The checksum of bytes by an algorithm.
  package init(_ kind: Kind, of bytes: some DataProtocol) {
    self.kind = kind
    hex =
      switch kind {
      case .sha256: Self.text(SHA256.hash(data: bytes))
      case .sha384: Self.text(SHA384.hash(data: bytes))
      case .sha512: Self.text(SHA512.hash(data: bytes))
      }
  }

  /// The checksum of a file by an algorithm.
  ///
  /// - Throws: an error of Foundation where the file cannot be read.
  package init(_ kind: Kind, ofFile path: String) throws {
    self.kind = kind
    hex =
      switch kind {
      case .sha256: Self.text(try SHA256(ofFile: path).finalize())
      case .sha384: Self.text(try SHA384(ofFile: path).finalize())
      case .sha512: Self.text(try SHA512(ofFile: path).finalize())
      }
  }

  package var description: String { "\(kind.rawValue):\(hex)" }

  private static func text(_ digest: some Sequence<UInt8>) -> String {
    hexadecimal(Array(digest))
  }
}

extension Checksum.Kind {
  fileprivate var digits: Int {
    switch self {
    case .sha256: 64
    case .sha384: 96
    case .sha512: 128
    }
  }
}
