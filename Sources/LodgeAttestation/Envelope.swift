package import Foundation
package import LodgeModel

/// A signed statement as it is stored: a DSSE envelope with one signature.
///
/// **Source:** DSSE 1.0.2, protocol.md and envelope.md. Lodge reads what it writes and nothing else:
/// one spelling, one signature, and a key id. So a changed byte is noticed wherever it is, and what
/// several signatures would say, several envelopes say as well.
package struct Envelope: Equatable, Sendable {
  /// How the payload is to be understood; signed with it.
  package let payloadType: String
  package let payload: Data
  /// The ``PublicKey/id`` of the key that is said to have signed.
  package let keyID: Digest
  package let signature: Data

  /// The type of statements.
  ///
  /// **Source:** in-toto attestation v1, envelope.md.
  package static let statementType = "application/vnd.in-toto+json"

  /// Bytes that one envelope may have.
  package static let limit = 8 << 20

  /// Signs a payload.
  ///
  /// - Throws: ``EnvelopeFailure/tooLarge``, or an error of the cryptographic library.
  package init(
    signing payload: Data, as payloadType: String = Self.statementType, with key: SigningKey
  ) throws {
    (self.payload, self.payloadType, keyID) = (payload, payloadType, key.publicKey.id)
    signature = try key.signature(of: Self.signedBytes(of: payload, as: payloadType))
    guard line.count <= Self.limit else { throw EnvelopeFailure.tooLarge }
  }

  /// The bytes that a signature is made of: PAE, the pre-authentication encoding of DSSE.
  package static func signedBytes(of payload: Data, as payloadType: String) -> Data {
    let type = Data(payloadType.utf8)
    return Data("DSSEv1 \(type.count) ".utf8) + type + Data(" \(payload.count) ".utf8) + payload
  }

  /// The bytes that this envelope's signature is made of.
  package var signedBytes: Data { Self.signedBytes(of: payload, as: payloadType) }

  /// The only bytes that stand for this envelope: one line with its end.
  package var line: Data { spelling.line }

  /// The digest of ``line``, by which other statements name this one; what `sha256sum` prints of a
  /// file that has only this line.
  package var digest: Digest { Digest(hashing: line) }

  /// Reads one line without its end; whether the signature is good is another question.
  ///
  /// - Throws: ``EnvelopeFailure``.
  package init(reading line: Data) throws(EnvelopeFailure) {
    guard !line.isEmpty else { throw .empty }
    guard line.count <= Self.limit else { throw .tooLarge }
    guard let spelling = try? CanonicalJSON.decode(Spelling.self, from: line) else {
      throw .noEnvelope
    }
    guard let signature = spelling.signatures.first else { throw .notSigned }
    guard spelling.signatures.count == 1 else { throw .signatures(spelling.signatures.count) }
    guard spelling.line == line + [UInt8(ascii: "\n")] else { throw .otherSpelling }
    guard let payload = Self.bytes(spelling.payload) else { throw .noBase64("payload") }
    guard let bytes = Self.bytes(signature.sig) else { throw .noBase64("sig") }
    // Digest reads a prefix, too, which no key id has.
    guard let text = signature.keyid, text.utf8.count == 64, let keyID = Digest(text) else {
      throw .noKeyID(signature.keyid ?? "")
    }
    (self.payloadType, self.payload) = (spelling.payloadType, payload)
    (self.keyID, self.signature) = (keyID, bytes)
  }

  /// The lab that signed a payload of a type; only what this has been asked of may be believed.
  ///
  /// - Throws: ``EnvelopeFailure`` where no trusted lab did, or it is of another type.
  package func signer(
    among keys: TrustedKeys, of type: String = Self.statementType
  ) throws(EnvelopeFailure) -> TrustedKeys.Lab {
    guard payloadType == type else { throw .otherPayloadType(payloadType, wanted: type) }
    guard let lab = keys.lab(withKey: keyID) else { throw .unknownKey(keyID) }
    guard lab.key.isValid(signature, for: signedBytes) else { throw .badSignature(lab.name) }
    return lab
  }

  /// Bytes from their only spelling in base64; the decoder would let stray bits at the end pass.
  private static func bytes(_ text: String) -> Data? {
    guard let bytes = Data(base64Encoded: text), bytes.base64EncodedString() == text else {
      return nil
    }
    return bytes
  }

  private var spelling: Spelling {
    Spelling(
      payload: payload.base64EncodedString(), payloadType: payloadType,
      signatures: [.init(keyid: keyID.hex, sig: signature.base64EncodedString())])
  }

  /// The JSON of an envelope.
  private struct Spelling: Codable {
    struct Signature: Codable {
      var keyid: String?
      var sig: String
    }

    var payload: String
    var payloadType: String
    var signatures: [Signature]

    // Strings are all there is in it, which JSON always can encode.
    var line: Data { (try? CanonicalJSON.encode(self, pretty: false)) ?? Data() }
  }
}

/// Why a line is no envelope that a trusted lab signed.
package enum EnvelopeFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case empty
  case tooLarge
  case noEnvelope
  case notSigned
  case signatures(Int)
  case otherSpelling
  case noBase64(String)
  case noKeyID(String)
  case otherPayloadType(String, wanted: String)
  case unknownKey(Digest)
  case badSignature(LabName)

  package var description: String {
    switch self {
    case .empty: "it is empty; each line holds one envelope, so something is missing or was added"
    case .tooLarge:
      "it has more than \(Envelope.limit >> 20) MiB, which no statement of Lodge has; is it the right"
        + " file?"
    case .noEnvelope:
      "it is no DSSE envelope: it was damaged or cut off; get the file again from who published it"
    case .notSigned: "nobody signed it; get the file again from who published it"
    case .signatures(let count):
      "it has \(count) signatures, and Lodge reads envelopes with one; give each lab a line of its"
        + " own, which says the same"
    case .otherSpelling:
      "it is not written as Lodge writes envelopes, though it may mean the same: somebody changed it;"
        + " get the file again from who published it"
    case .noBase64(let field):
      "its \(field) is not in canonical base64: it was changed; get the file again from who published"
        + " it"
    case .noKeyID(let text):
      "its key id '\(text.printable)' is not 64 lower-case hexadecimal digits; was it made by another"
        + " program?"
    case .otherPayloadType(let type, let wanted):
      "it holds '\(type.printable)' and not \(wanted): it was changed, or is of another program"
    case .unknownKey(let id):
      "the key \(id.hex) that it names is none of the trusted ones; if it is a lab's that you trust,"
        + " have its .pub file reviewed and put it among them"
    case .badSignature(let lab):
      "the signature is not one of \(lab): what is signed, or the signature, was changed; get the file"
        + " again from \(lab)"
    }
  }
}
