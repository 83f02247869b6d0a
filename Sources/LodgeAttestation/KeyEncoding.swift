import Foundation

/// How one half of an Ed25519 key pair is written as PEM text.
///
/// Both encodings have one length and one beginning, so that exactly one text stands for a key.
/// **Source:** RFC 7468, sections 10 and 13; RFC 8410, sections 4 and 7.
struct KeyEncoding: Sendable {
  /// What stands after BEGIN and END.
  let label: String
  /// The DER bytes before the 32 bytes of the key.
  let prefix: [UInt8]

  /// A private key, PKCS#8 without attributes and public key.
  static let pkcs8 = KeyEncoding(
    label: "PRIVATE KEY",
    prefix: [
      0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
      0x20,
    ])

  /// A public key, SubjectPublicKeyInfo.
  static let spki = KeyEncoding(
    label: "PUBLIC KEY",
    prefix: [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00])

  /// Bytes that are read at most; keys of other algorithms are still recognised within it.
  static let limit = 4096

  /// The DER bytes of a key.
  func der(_ key: Data) -> Data { Data(prefix) + key }

  /// The PEM text of a key, as `openssl pkey` writes it.
  func pem(_ key: Data) -> String {
    "-----BEGIN \(label)-----\n\(der(key).base64EncodedString())\n-----END \(label)-----\n"
  }

  /// The 32 bytes of the key that a PEM text holds.
  func key(inPEM text: Data) throws(KeyFailure) -> Data {
    guard text.count <= Self.limit else { throw .tooLarge(limit: Self.limit) }
    guard let lines = String(bytes: text, encoding: .utf8)?.split(separator: "\n"),
      let first = lines.first, first.hasPrefix("-----BEGIN "), first.hasSuffix("-----")
    else { throw .notPEM(wanted: label) }
    let found = first.dropFirst("-----BEGIN ".count).dropLast("-----".count)
    guard found == label else { throw .otherLabel(String(found), wanted: label) }
    let body = lines.dropFirst().prefix { !$0.hasPrefix("-----") }.joined()
    guard let der = Data(base64Encoded: body) else { throw .inexact(wanted: label) }
    guard der.starts(with: prefix), der.count == prefix.count + 32 else {
      // 1.3.101.112 is id-Ed25519: RFC 8410, section 3.
      let isEd25519 = der.range(of: Data([0x06, 0x03, 0x2b, 0x65, 0x70])) != nil
      throw isEd25519 ? .inexact(wanted: label) : .otherAlgorithm
    }
    let key = Data(der.suffix(32))
    guard Data(pem(key).utf8) == text else { throw .inexact(wanted: label) }
    return key
  }
}
