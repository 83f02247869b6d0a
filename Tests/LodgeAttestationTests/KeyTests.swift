import Crypto
import Foundation
import LodgeAttestation
import LodgeModel
import Testing

struct KeyTests {
  /// RFC 8032, section 7.1, tests 1 and 2.
  @Test(arguments: [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
  ])
  func signaturesVerifyAsTheStandardSays(
    _ seed: String, _ point: String, _ message: String, _ signature: String
  ) throws {
    let key = try SigningKey(
      pem: Data(Lab.pem(seed: #require([UInt8](hexadecimal: seed))).utf8))
    let pem = try Lab.pem(point: #require([UInt8](hexadecimal: point)))
    #expect(key.publicKey.pem == pem)
    let message = Data(try #require([UInt8](hexadecimal: message)))
    var bytes = Data(try #require([UInt8](hexadecimal: signature)))
    #expect(key.publicKey.isValid(bytes, for: message))
    #expect(key.publicKey.isValid(try key.signature(of: message), for: message))
    #expect(!key.publicKey.isValid(bytes, for: message + [0]))
    bytes[0] ^= 1
    #expect(!key.publicKey.isValid(bytes, for: message))
    #expect(!key.publicKey.isValid(bytes.dropLast(), for: message))
  }

  @Test func aNewKeyIsNobodyElses() throws {
    let (one, other) = (SigningKey(), SigningKey())
    #expect(one.publicKey != other.publicKey && one.publicKey.id != other.publicKey.id)
    let again = try SigningKey(pem: Data(one.pem.utf8))
    #expect(again.publicKey == one.publicKey)
    #expect(try PublicKey(pem: Data(one.publicKey.pem.utf8)) == one.publicKey)
  }

  @Test func onlyExactTextsAreKeys() throws {
    let key = try Lab().key
    let text = key.publicKey.pem
    let lines = text.split(separator: "\n").map(String.init)
    for (wrong, failure) in [
      ("", KeyFailure.notPEM(wanted: "PUBLIC KEY")),
      ("hello", .notPEM(wanted: "PUBLIC KEY")),
      (key.pem, .otherLabel("PRIVATE KEY", wanted: "PUBLIC KEY")),
      (String(text.dropLast()), .inexact(wanted: "PUBLIC KEY")),
      (text + "\n", .inexact(wanted: "PUBLIC KEY")),
      (text + text, .inexact(wanted: "PUBLIC KEY")),
      (text.replacing("\n", with: "\r\n"), .notPEM(wanted: "PUBLIC KEY")),
      (text.replacing("=", with: ""), .inexact(wanted: "PUBLIC KEY")),
      (lines[0] + "\nMCo=\n" + lines[2] + "\n", .otherAlgorithm),
      (String(repeating: "x", count: 4097), .tooLarge(limit: 4096)),
    ] {
      #expect(throws: failure, "\(wrong)") { try PublicKey(pem: Data(wrong.utf8)) }
    }
    #expect(throws: KeyFailure.otherLabel("PUBLIC KEY", wanted: "PRIVATE KEY")) {
      try SigningKey(pem: Data(text.utf8))
    }
    // The example with attributes and a public key: RFC 8410, section 10.3.
    let full = """
      -----BEGIN PRIVATE KEY-----
      MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
      oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
      Z9w7lshQhqowtrbLDFw4rXAxZuE=
      -----END PRIVATE KEY-----

      """
    #expect(throws: KeyFailure.inexact(wanted: "PRIVATE KEY")) {
      try SigningKey(pem: Data(full.utf8))
    }
  }

  /// One text stands for a key: whatever else is read is another key, or none.
  @Test func everyChangedByteGivesAnotherKeyOrNone() throws {
    let key = try Lab().key
    for index in Data(key.publicKey.pem.utf8).indices {
      for change in [1, 0x20, 0x80] as [UInt8] {
        var text = Data(key.publicKey.pem.utf8)
        text[index] ^= change
        if let read = try? PublicKey(pem: text) { #expect(read.id != key.publicKey.id) }
      }
    }
  }

  @Test func keysForWhichAnybodyCanSignAreRefused() throws {
    // Under the neutral element the generator and 1 are a signature of anything.
    let neutral = try Curve25519.Signing.PublicKey(rawRepresentation: [1] + Data(count: 31))
    let forged = [0x58] + Data(repeating: 0x66, count: 31) + [1] + Data(count: 31)
    try #require(neutral.isValidSignature(forged, for: Data("anything".utf8)))
    for (start, end) in [
      ("01", "00"), ("01", "80"), ("ec", "7f"), ("ec", "ff"), ("00", "00"), ("ee", "7f"),
    ] {
      let middle = start == "00" || start == "01" ? "00" : "ff"
      let point = start + String(repeating: middle, count: 30) + end
      let pem = try Lab.pem(point: #require([UInt8](hexadecimal: point)))
      #expect(throws: KeyFailure.weak, "\(point)") { try PublicKey(pem: Data(pem.utf8)) }
    }
    for point in [
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ] {
      let pem = try Lab.pem(point: #require([UInt8](hexadecimal: point)))
      #expect(throws: KeyFailure.weak, "\(point)") { try PublicKey(pem: Data(pem.utf8)) }
    }
  }

  @Test func namesOfLabsArePlain() {
    for good in ["lab", "SIG-2", "a.b_c", String(repeating: "a", count: 64)] {
      #expect(LabName(good)?.description == good)
    }
    for bad in ["", ".lab", "-x", "a b", "a/b", "\u{e9}", "a\n", String(repeating: "a", count: 65)]
    {
      #expect(LabName(bad) == nil)
    }
  }
}
