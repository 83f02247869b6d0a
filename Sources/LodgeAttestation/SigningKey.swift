import Crypto
package import Foundation

/// The private half of a lab's key.
package struct SigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// Makes a key that nobody has.
  package init() { key = Curve25519.Signing.PrivateKey() }

  /// Reads PEM text, exactly as openssl writes it.
  ///
  /// - Throws: ``KeyFailure``.
  package init(pem: Data) throws(KeyFailure) {
    let seed = try KeyEncoding.pkcs8.key(inPEM: pem)
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
      throw .inexact(wanted: KeyEncoding.pkcs8.label)
    }
    self.key = key
  }

  /// The PEM text of the key, for nobody but its owner.
  package var pem: String { KeyEncoding.pkcs8.pem(key.rawRepresentation) }

  /// The half that others verify with.
  package var publicKey: PublicKey { PublicKey(key.publicKey) }

  /// Signs bytes; 64 bytes.
  ///
  /// - Throws: an error of the cryptographic library.
  package func signature(of message: Data) throws -> Data { try key.signature(for: message) }
}
