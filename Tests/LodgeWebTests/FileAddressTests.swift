import Foundation
import LodgeTesting
import LodgeWeb
import Testing

struct FileAddressTests {
  private let folder: TemporaryFolder
  private let web: Web
  private let address: String

  init() throws {
    folder = try TemporaryFolder()
    web = try Web(proxies: .none)
    address = "file://" + (try folder.write("0123456789", to: "a b")).replacing(" ", with: "%20")
  }

  @Test func aFileIsReadWithinItsLimit() async throws {
    #expect(try await web.read(address, limit: 10) == Data("0123456789".utf8))
    #expect(try await web.readHead(of: address, bytes: 4) == Data("0123".utf8))
    #expect(try await web.readHead(of: address, bytes: 40).count == 10)
    await #expect(throws: WebFailure.tooLarge(WebErrand("read", address), limit: 9)) {
      try await web.read(address, limit: 9)
    }
  }

  @Test func aFileIsCopied() async throws {
    let copy = "\(folder.path)/copy"
    try await web.download(address, to: copy, size: 10, limit: 10)
    #expect(try String(contentsOfFile: copy, encoding: .utf8) == "0123456789")
  }

  @Test func aCopyThatFailsLeavesNothing() async throws {
    let copy = "\(folder.path)/copy"
    let errand = WebErrand("download", address)
    await #expect(throws: WebFailure.otherSize(errand, found: 10, expected: 9)) {
      try await web.download(address, to: copy, size: 9, limit: 99)
    }
    await #expect(throws: WebFailure.otherSize(errand, found: 10, expected: 11)) {
      try await web.download(address, to: copy, size: 11, limit: 99)
    }
    await #expect(throws: WebFailure.tooLarge(errand, limit: 9)) {
      try await web.download(address, to: copy, limit: 9)
    }
    #expect(!FileManager.default.fileExists(atPath: copy))
  }

  @Test func whatIsNotThereIsNamed() async throws {
    let failure = await #expect(throws: WebFailure.self) {
      try await web.read("file:///nowhere/at-all", limit: 1)
    }
    #expect("\(try #require(failure))".contains("/nowhere/at-all"))
    let other = await #expect(throws: WebFailure.self) {
      try await web.download(address, to: "/nowhere/at-all", limit: 99)
    }
    #expect("\(try #require(other))".contains("cannot write /nowhere/at-all"))
  }

  @Test func credentialsThatCannotBeUsedAreNamed() throws {
    let text = try folder.write("nothing", to: "text.pem")
    let locked = try folder.write("-----BEGIN ENCRYPTED PRIVATE KEY-----", to: "locked.pem")
    for (credentials, reason) in [
      (Credentials(authorities: text), "no certificate"),
      (Credentials(certificate: "/nowhere"), "cannot be read"),
      (Credentials(certificate: locked), "no certificate"),
    ] {
      let failure = #expect(throws: WebFailure.self) { _ = try Web(credentials: credentials) }
      #expect("\(try #require(failure))".contains(reason))
    }
  }
}
