import Crypto
import Foundation
import LodgeAttestation
import LodgeModel
import Testing

struct EnvelopeTests {
  /// The example of DSSE's protocol.md, signed with ECDSA by its authors.
  @Test func theExampleOfTheProtocolVerifies() throws {
    let signed = Envelope.signedBytes(
      of: Data("hello world".utf8), as: "http://example.com/HelloWorld")
    #expect(signed == Data("DSSEv1 29 http://example.com/HelloWorld 11 hello world".utf8))
    let point =
      "67cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d238"
      + "0c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74"
    let key = try P256.Signing.PublicKey(
      rawRepresentation: #require([UInt8](hexadecimal: point)))
    let signature = try #require(
      Data(
        base64Encoded: "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGA"
          + "HTVeCUjW2JIZA=="))
    #expect(
      key.isValidSignature(
        try P256.Signing.ECDSASignature(rawRepresentation: signature), for: signed))
  }

  @Test func lengthsAreThoseOfBytes() {
    #expect(
      Envelope.signedBytes(of: Data([0xff, 0]), as: "\u{e9}")
        == Data("DSSEv1 2 \u{e9} 2 ".utf8) + [0xff, 0])
    #expect(Envelope.signedBytes(of: Data(), as: "") == Data("DSSEv1 0  0 ".utf8))
  }

  @Test func anEnvelopeIsReadAsItWasWritten() throws {
    let lab = try Lab()
    let envelope = try Envelope(signing: Data("{}/+".utf8), with: lab.key)
    let line = envelope.line
    #expect(line.last == 10 && !line.dropLast().contains(10))
    #expect(
      String(decoding: line, as: UTF8.self).hasPrefix(
        #"{"payload":"e30vKw==","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":""#
      ))
    let read = try Envelope(reading: line.dropLast())
    #expect(read == envelope)
    #expect(try read.signer(among: lab.trusted).name.description == "sig-lab")
    #expect(read.digest == LodgeModel.Digest(bytes: Array(SHA256.hash(data: line))))
  }

  @Test func whoIsNotTrustedDidNotSign() throws {
    let (lab, other) = (try Lab(), try Lab("other", seed: 8))
    let envelope = try Envelope(signing: Data("x".utf8), with: other.key)
    #expect(throws: EnvelopeFailure.unknownKey(other.key.publicKey.id)) {
      try envelope.signer(among: lab.trusted)
    }
    // The key id is only what somebody says.
    let pretended = String(decoding: envelope.line.dropLast(), as: UTF8.self)
      .replacing(other.key.publicKey.id.hex, with: lab.key.publicKey.id.hex)
    let name = try #require(LabName("sig-lab"))
    #expect(throws: EnvelopeFailure.badSignature(name)) {
      try Envelope(reading: Data(pretended.utf8)).signer(among: lab.trusted)
    }
    let wrongType = try Envelope(signing: Data("x".utf8), as: "text/plain", with: lab.key)
    #expect(throws: EnvelopeFailure.otherPayloadType("text/plain", wanted: Envelope.statementType))
    {
      try wrongType.signer(among: lab.trusted)
    }
  }

  @Test func everyOtherSpellingHasItsOwnError() throws {
    let envelope = try Envelope(signing: Data("xy".utf8), with: try Lab().key)
    let text = String(decoding: envelope.line.dropLast(), as: UTF8.self)
    let signature = try #require(text.firstRange(of: /\{"keyid.*?\}/).map { String(text[$0]) })
    let id = envelope.keyID.hex
    for (wrong, failure) in [
      ("", EnvelopeFailure.empty),
      ("{", .noEnvelope), ("[]", .noEnvelope), ("null", .noEnvelope),
      (String(text.dropLast()), .noEnvelope),
      (text.replacing(signature, with: ""), .notSigned),
      (text.replacing(signature, with: "\(signature),\(signature)"), .signatures(2)),
      (text.replacing(":", with: ": "), .otherSpelling),
      (" " + text, .otherSpelling), (text + " ", .otherSpelling), (text + "\r", .otherSpelling),
      (text.replacing("+json", with: "\\u002bjson"), .otherSpelling),
      (text.replacing("{\"payload\"", with: "{\"more\":1,\"payload\""), .otherSpelling),
      (text.replacing("{\"payload\"", with: "{\"payload\":\"\",\"payload\""), .otherSpelling),
      (text.replacing("eHk=", with: "eHk"), .noBase64("payload")),
      // The same two bytes with a stray bit.
      (text.replacing("eHk=", with: "eHl="), .noBase64("payload")),
      (text.replacing("eHk=", with: "eH k="), .noBase64("payload")),
      (text.replacing("\"sig\":\"", with: "\"sig\":\"-"), .noBase64("sig")),
      (text.replacing(id, with: ""), .noKeyID("")),
      (text.replacing("\"keyid\":\"\(id)\",", with: ""), .noKeyID("")),
      (text.replacing(id, with: id.uppercased()), .noKeyID(id.uppercased())),
      (text.replacing(id, with: "sha256:\(id)"), .noKeyID("sha256:\(id)")),
    ] {
      #expect(throws: failure, "\(wrong)") { try Envelope(reading: Data(wrong.utf8)) }
      #expect(!failure.description.isEmpty)
    }
  }

  @Test func hugeAndDeepTextsAreRefusedSoon() throws {
    let start = #"{"payload":"","payloadType":"","signatures":[],"x":"#
    for text in [
      start + String(repeating: "[", count: 4 << 20), String(repeating: "[", count: 4 << 20),
      start + String(repeating: "{\"a\":", count: 1 << 20),
      start + String(repeating: "[", count: 400) + String(repeating: "]", count: 400) + "}",
    ] {
      #expect(throws: EnvelopeFailure.self) { try Envelope(reading: Data(text.utf8)) }
    }
    #expect(throws: EnvelopeFailure.tooLarge) {
      try Envelope(reading: Data(repeating: UInt8(ascii: "["), count: Envelope.limit + 1))
    }
    #expect(throws: EnvelopeFailure.tooLarge) {
      try Envelope(signing: Data(count: Envelope.limit), with: try Lab().key)
    }
  }

  /// What is shown of a hostile file cannot act on a terminal.
  @Test func messagesArePrintable() throws {
    let hostile = try Envelope(
      signing: Data(), as: "\u{1b}[2J\u{202e}ok\n" + String(repeating: "a", count: 1000),
      with: try Lab().key)
    let failure = #expect(throws: EnvelopeFailure.self) {
      try hostile.signer(among: try Lab().trusted)
    }
    let text = failure?.description ?? ""
    #expect(text.contains(#"\u{1b}[2J\u{202e}ok\u{a}aaa"#) && text.count < 400)
  }
}
