import Foundation
import LodgeAttestation
import LodgeTesting
import Testing

struct KeyFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func aKeyIsWrittenForItsOwnerAlone() throws {
    let (place, publicPlace) = ("\(folder.path)/lab.key", "\(folder.path)/lab.pub")
    let key = SigningKey()
    try key.write(to: place, publicTo: publicPlace)
    #expect(try mode(place) == 0o600 && mode(publicPlace) == 0o644)
    #expect(try SigningKey(file: place).publicKey == key.publicKey)
    #expect(try PublicKey(file: publicPlace) == key.publicKey)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left.sorted() == ["lab.key", "lab.pub"])
  }

  @Test func noKeyIsWrittenOver() throws {
    let (place, publicPlace) = ("\(folder.path)/lab.key", "\(folder.path)/lab.pub")
    let key = SigningKey()
    try key.write(to: place, publicTo: publicPlace)
    for (path, other) in [(place, "\(folder.path)/x.pub"), ("\(folder.path)/x.key", publicPlace)] {
      let failure = #expect(throws: KeyFileFailure.self) {
        try SigningKey().write(to: path, publicTo: other)
      }
      #expect(failure?.cause == .exists)
      #expect(failure?.description.contains("never written over") == true)
    }
    #expect(try SigningKey(file: place).publicKey == key.publicKey)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left.sorted() == ["lab.key", "lab.pub"])
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o602])
  func aPrivateKeyThatOthersMayUseIsRefused(_ mode: Int) throws {
    let path = try folder.write(SigningKey().pem, to: "lab.key", mode: mode)
    let failure = #expect(throws: KeyFileFailure.self) { try SigningKey(file: path) }
    #expect(failure?.cause == .open(mode: UInt32(mode)))
    #expect(failure?.description.contains("chmod 600") == true)
  }

  @Test func whatIsNoFileIsNotRead() throws {
    let failure = #expect(throws: KeyFileFailure.self) { try PublicKey(file: folder.path) }
    #expect(failure?.cause == .noFile)
    let missing = #expect(throws: KeyFileFailure.self) {
      try PublicKey(file: "\(folder.path)/none")
    }
    #expect(missing?.description.hasSuffix("none: No such file or directory") == true)
    let pipe = "\(folder.path)/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(throws: KeyFileFailure.self) { try SigningKey(file: pipe) }
  }
}

struct TrustedKeysTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aFolderNamesItsLabs() throws {
    let (first, second) = (SigningKey().publicKey, SigningKey().publicKey)
    try folder.write("read me\n", to: "README.md")
    try folder.write(second.pem, to: "zeta.pub")
    try folder.write(first.pem, to: "alpha.pub")
    let trusted = try TrustedKeys(folder: folder.path)
    #expect(trusted.labs.map(\.name.description) == ["alpha", "zeta"])
    #expect(trusted.lab(withKey: second.id)?.name.description == "zeta")
    #expect(trusted.lab(withKey: SigningKey().publicKey.id) == nil)
  }

  @Test func twoNamesOfOneKeyAreRefused() throws {
    let pem = SigningKey().publicKey.pem
    try folder.write(pem, to: "a.pub")
    try folder.write(pem, to: "b.pub")
    let failure = #expect(throws: TrustFailure.self) { try TrustedKeys(folder: folder.path) }
    #expect(failure?.description.hasPrefix("a and b have the same key") == true)
  }

  @Test(arguments: [
    ("lab.key", "x"), ("lab.pub~", "x"), (".lab.pub.swp", "x"), ("-x.pub", "x"), ("sub/a.pub", "x"),
  ])
  func whatDoesNotBelongThereIsRefused(_ name: String, _ text: String) throws {
    try folder.write(text, to: name)
    #expect(throws: TrustFailure.self) { try TrustedKeys(folder: folder.path) }
  }

  @Test func whatIsNoKeyIsRefused() throws {
    let outside = try TemporaryFolder()
    let elsewhere = try outside.write(SigningKey().publicKey.pem, to: "x.pub")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/x.pub", withDestinationPath: elsewhere)
    #expect(throws: TrustFailure.foreign("\(folder.path)/x.pub")) {
      try TrustedKeys(folder: folder.path)
    }
    try FileManager.default.removeItem(atPath: "\(folder.path)/x.pub")
    for text in [SigningKey().pem, "", String(repeating: "x", count: 1 << 20)] {
      try folder.write(text, to: "x.pub")
      let failure = #expect(throws: KeyFileFailure.self) { try TrustedKeys(folder: folder.path) }
      #expect(failure?.description.contains("\(folder.path)/x.pub: it ") == true)
    }
    #expect(throws: TrustFailure.noFolder("\(folder.path)/none")) {
      try TrustedKeys(folder: "\(folder.path)/none")
    }
  }
}
