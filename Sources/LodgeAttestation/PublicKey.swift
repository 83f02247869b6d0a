import Crypto
package import Foundation
package import LodgeModel

/// The public half of a lab's key, by which its signatures are verified.
package struct PublicKey: Equatable, Sendable {
  private let bytes: Data

  init(_ key: Curve25519.Signing.PublicKey) { bytes = key.rawRepresentation }

  /// Reads PEM text, exactly as openssl writes it.
  ///
  /// - Throws: ``KeyFailure``.
  package init(pem: Data) throws(KeyFailure) {
    bytes = try KeyEncoding.spki.key(inPEM: pem)
    guard !Self.isOfSmallOrder(bytes) else { throw .weak }
  }

  /// The PEM text of the key.
  package var pem: String { KeyEncoding.spki.pem(bytes) }

  /// What envelopes name the key by: the SHA-256 of its SubjectPublicKeyInfo in DER.
  ///
  /// DSSE leaves the choice to signer and verifier. This one is that of RFC 6962, section 3.2, and
  /// anybody can compute it: `openssl pkey -pubin -in FILE -outform DER | sha256sum`.
  package var id: LodgeModel.Digest { LodgeModel.Digest(hashing: KeyEncoding.spki.der(bytes)) }

  /// Whether the holder of the private half signed these bytes.
  package func isValid(_ signature: Data, for message: Data) -> Bool {
    guard signature.count == 64,
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    else { return false }
    return key.isValidSignature(signature, for: message)
  }

  /// Whether the key is one of the points whose order divides 8, in any encoding.
  ///
  /// Such a key verifies signatures that anybody can make, and looks like any other to a reviewer.
  /// The list leaves the sign bit out, as that of libsodium does (`ge25519_has_small_order`).
  private static func isOfSmallOrder(_ bytes: Data) -> Bool {
    var point = Array(bytes)
    point[31] &= 0x7f
    return smallOrder.contains(hexadecimal(point))
  }

  private static let smallOrder: Set<String> = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ]
}
