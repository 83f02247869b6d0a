import CLibrpm
package import Foundation

/// OpenPGP keys that packages may be signed with.
package struct RPMKeys: Equatable, Sendable {
  /// The keys as binary OpenPGP packets, one certificate each.
  package let certificates: [Data]

  /// No key at all, so that every signature is by an unknown one.
  package static let none = RPMKeys(certificates: [])

  package init(certificates: [Data]) { self.certificates = certificates }

  /// Reads keys as vendors publish them: armored blocks, one after the other.
  ///
  /// - Throws: ``RPMFailure/noKey(_:)`` for a text without a readable key, and
  ///   ``RPMFailure/missing(_:)``.
  package init(armored text: String) throws(RPMFailure) {
    let begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    let end = "-----END PGP PUBLIC KEY BLOCK-----"
    guard text.utf8.count < 4 << 20 else { throw .noKey("it has more than 4 MiB") }
    var certificates: [Data] = []
    var rest = text[...]
    while let start = rest.range(of: begin), let stop = rest.range(of: end) {
      guard start.lowerBound < stop.lowerBound else { break }
      certificates.append(try Self.packets(of: String(rest[start.lowerBound..<stop.upperBound])))
      rest = rest[stop.upperBound...]
    }
    guard !certificates.isEmpty else {
      throw .noKey("it has no block that begins with \(begin)")
    }
    self.certificates = certificates
  }

  /// Takes the armor off one block.
  private static func packets(of block: String) throws(RPMFailure) -> Data {
    try RPMLibrary.withLock { rpm throws(RPMFailure) in
      var bytes: UnsafeMutablePointer<UInt8>?
      var count = 0
      let armor = unsafe rpm.pgpParsePkts(block + "\n", &bytes, &count)
      guard armor == PGPARMOR_PUBKEY, let bytes = unsafe bytes else {
        throw .noKey("a block of it is damaged")
      }
      defer { unsafe free(bytes) }
      return unsafe Data(bytes: bytes, count: count)
    }
  }
}
