import Foundation
import LodgeAttestation
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

/// OpenSSL reads what Lodge writes, and the other way round.
struct OpenSSLTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func openssl(_ arguments: String...) async throws -> Command.Finished {
    try await Command("openssl", arguments).run()
  }

  @Test func keysOfOpenSSLAreRead() async throws {
    let (place, publicPlace) = ("\(folder.path)/a.key", "\(folder.path)/a.pub")
    let made = try await openssl("genpkey", "-algorithm", "ed25519", "-out", place)
    try #require(made.ending == .exited(0), "\(made.errors)")
    _ = try await openssl("pkey", "-in", place, "-pubout", "-out", publicPlace)
    let key = try SigningKey(file: place)
    #expect(try PublicKey(file: publicPlace) == key.publicKey)
    #expect(Data(key.pem.utf8) == (try Data(contentsOf: URL(filePath: place))))
    let id = try await Command(
      "sh", ["-c", "openssl pkey -pubin -in \"$1\" -outform DER | sha256sum", "sh", publicPlace]
    ).succeed()
    #expect(id.text.hasPrefix(key.publicKey.id.hex))
  }

  @Test func openSSLReadsOurKeys() async throws {
    let (place, publicPlace) = ("\(folder.path)/a.key", "\(folder.path)/a.pub")
    let key = SigningKey()
    try key.write(to: place, publicTo: publicPlace)
    #expect(try await openssl("pkey", "-in", place).text == key.pem)
    #expect(try await openssl("pkey", "-in", place, "-pubout").text == key.publicKey.pem)
    #expect(
      try await openssl("pkey", "-pubin", "-in", publicPlace, "-pubout").text == key.publicKey.pem)
  }

  @Test(arguments: [
    ["ed448"], ["rsa", "-pkeyopt", "rsa_keygen_bits:2048"], ["x25519"],
    ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  ])
  func keysOfOtherAlgorithmsAreNamedAsSuch(_ algorithm: [String]) async throws {
    let made = try await Command("openssl", ["genpkey", "-algorithm"] + algorithm).succeed()
    #expect(throws: KeyFailure.otherAlgorithm) { try SigningKey(pem: made.output) }
    let half = try await Command("openssl", ["pkey", "-pubout"], input: made.output).succeed()
    #expect(throws: KeyFailure.otherAlgorithm) { try PublicKey(pem: half.output) }
  }

  @Test func anEncryptedKeyIsNamedAsSuch() async throws {
    let made = try await openssl(
      "genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:test")
    let failure = KeyFailure.otherLabel("ENCRYPTED PRIVATE KEY", wanted: "PRIVATE KEY")
    #expect(throws: failure) { try SigningKey(pem: made.output) }
  }

  @Test func openSSLVerifiesOurSignatures() async throws {
    let lab = try Lab()
    let envelope = try lab.results()
    let key = try folder.write(lab.key.publicKey.pem, to: "lab.pub")
    let signature = try folder.write(envelope.signature, to: "sig")
    for (bytes, code) in [(envelope.signedBytes, 0), (envelope.signedBytes + [0], 1)] {
      let message = try folder.write(bytes, to: "pae")
      let finished = try await openssl(
        "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", message, "-sigfile",
        signature)
      #expect(finished.ending == .exited(code), "\(finished.errors)")
    }
  }

  /// The commands that docs/attestations.md gives, as they stand there.
  @Test func theDocumentedCommandsVerify() async throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/attestations.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let commands = try #require(
      text.firstMatch(of: /```sh\n((?:(?!```)[\s\S])*?openssl pkeyutl[\s\S]*?)```/))
    let lab = try Lab()
    try folder.write(lab.key.publicKey.pem, to: "sig-lab.pub")
    let file = try lab.file()
    let changed = String(decoding: file, as: UTF8.self)
      .replacing("\"payload\":\"e", with: "\"payload\":\"f")
    for (content, isGenuine) in [(file, true), (Data(changed.utf8), false)] {
      try folder.write(content, to: "set.intoto.jsonl")
      let finished = try await Command(
        "sh", ["-ec", "cd \"$1\"\n\(commands.1)", "sh", folder.path]
      ).run()
      #expect((finished.ending == .exited(0)) == isGenuine, "\(finished.errors)")
    }
  }
}
