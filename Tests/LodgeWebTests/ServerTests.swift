import Foundation
import LodgeHost
import LodgeTesting
import LodgeWeb
import Testing

/// A server of this host with one file, for all tests of this module.
private struct Place: Sendable {
  static let size = 300_000
  let hub: FixtureHub
  let bytes: Data
  let folder: TemporaryFolder
  let certificates: FixtureCertificates

  static let shared = Task { try await Place() }

  private init() async throws {
    folder = try TemporaryFolder()
    var random = SplitMix(state: 7)
    bytes = Data((0..<Self.size).map { _ in UInt8.random(in: 0...255, using: &random) })
    let file = try folder.write(bytes, to: "file")
    let state = try folder.write(
      """
      {"builds": [{"id": 1, "name": "a", "version": "1", "release": "2"}],
       "users": [{"id": 1, "name": "someone"}],
       "rpms": [{"id": 1, "build_id": 1, "name": "a", "version": "1", "release": "2",
                 "arch": "noarch", "file": "\(file)"}]}
      """, to: "state.json")
    certificates = try await FixtureCertificates(in: folder.path)
    hub = try await FixtureHub(state: state, certificates: certificates)
  }

  /// The address of the file; with a fault, a word of the test's own keeps its counts apart.
  func file(_ fault: String? = nil, secure: Bool = false) -> String {
    hub.files(fault, secure: secure) + "/packages/a/1/2/noarch/a-1-2.noarch.rpm"
  }
}

@Suite(.enabled(if: FixtureHub.peers != nil, Comment(rawValue: FixtureHub.missing)))
struct ServerTests {
  private let place: Place
  private let web: Web
  private let folder: TemporaryFolder
  private var copy: String { "\(folder.path)/copy" }

  init() async throws {
    place = try await Place.shared.value
    web = try Web(patience: Patience(tries: 3, firstPause: .milliseconds(1)), proxies: .none)
    folder = try TemporaryFolder()
  }

  @Test func aFileIsReadWithinItsLimit() async throws {
    #expect(try await web.read(place.file(), limit: Place.size) == place.bytes)
    await #expect(throws: WebFailure.tooLarge(WebErrand("read", place.file()), limit: 99)) {
      try await web.read(place.file(), limit: 99)
    }
  }

  @Test(arguments: [nil, "noranges=1"])
  func theFirstBytesAreEnough(_ fault: String?) async throws {
    let head = try await web.readHead(of: place.file(fault), bytes: 1000)
    #expect(head == place.bytes.prefix(1000))
  }

  @Test func whatIsNotThereIsNotAskedForAgain() async throws {
    let failure = await #expect(throws: WebFailure.self) {
      try await web.read(place.hub.files() + "/nothing", limit: 9)
    }
    #expect("\(try #require(failure))".contains("404"))
  }

  @Test func aServerThatIsNotReadyIsAskedAgain() async throws {
    let address = place.file("status=503&times=2&id=ready")
    #expect(try await web.read(address, limit: Place.size) == place.bytes)
    let never = place.file("status=503")
    await #expect(
      throws: WebFailure.status(
        WebErrand("read", never), code: 503, reason: "Service Unavailable")
    ) { try await web.read(never, limit: Place.size) }
  }

  @Test func aBodyIsSentTwiceOnlyWhereThatDoesNoHarm() async throws {
    func send(_ word: String, isRepeatable: Bool) async throws {
      let address = place.hub.hub("status=503&times=1&id=\(word)")
      let call = "<methodCall><methodName>getAPIVersion</methodName></methodCall>"
      _ = try await web.post(
        Data(call.utf8), to: address, type: "text/xml", isRepeatable: isRepeatable, limit: 9999)
    }
    try await send("harmless", isRepeatable: true)
    await #expect(throws: WebFailure.self) { try await send("harmful", isRepeatable: false) }
  }

  @Test func redirectsEnd() async throws {
    for (fault, reason) in [("circle=1", "circle"), ("maze=1", "more than 5 redirects")] {
      let failure = await #expect(throws: WebFailure.self) {
        try await web.read(place.file(fault), limit: 9)
      }
      #expect("\(try #require(failure))".contains(reason))
      let sent = await #expect(throws: WebFailure.self) {
        try await web.post(
          Data("x".utf8), to: place.file(fault), type: "a/b", isRepeatable: true, limit: 9)
      }
      #expect("\(try #require(sent))".contains("moved to"))
    }
    let near = place.file("maze=1&end=6")
    #expect(try await web.read(near, limit: Place.size) == place.bytes)
  }

  @Test func anAnswerThatStallsIsGivenUp() async throws {
    let impatient = try Web(
      patience: Patience(stall: .milliseconds(200), tries: 1), proxies: .none)
    let address = place.file("stall=1000")
    await #expect(throws: WebFailure.stalled(WebErrand("read", address), .milliseconds(200))) {
      try await impatient.read(address, limit: Place.size)
    }
    await #expect(throws: WebFailure.self) {
      try await impatient.download(address, to: copy, limit: Place.size)
    }
    #expect(!FileManager.default.fileExists(atPath: copy))
  }

  @Test func theWholeHasADeadline() async throws {
    let impatient = try Web(patience: Patience(deadline: .milliseconds(200)), proxies: .none)
    let address = place.file("stall=1000")
    await #expect(throws: WebFailure.late(WebErrand("read", address), .milliseconds(200))) {
      try await impatient.read(address, limit: Place.size)
    }
  }

  @Test func anEndlessAnswerIsLeft() async throws {
    let address = place.file("endless=1")
    await #expect(throws: WebFailure.tooLarge(WebErrand("read", address), limit: 100_000)) {
      try await web.read(address, limit: 100_000)
    }
    await #expect(
      throws: WebFailure.tooLarge(WebErrand("download", address), limit: 100_000)
    ) { try await web.download(address, to: copy, limit: 100_000) }
    #expect(!FileManager.default.fileExists(atPath: copy))
  }

  @Test func aReadThatIsCutIsToldWithItsSizes() async throws {
    let address = place.file("drop=1000")
    await #expect(
      throws: WebFailure.cutShort(
        WebErrand("read", address), received: 1000, expected: Place.size)
    ) { try await web.read(address, limit: Place.size) }
  }

  @Test func aProxyFindsNamesThatThisHostDoesNotKnow() async throws {
    let proxied = try Web(
      proxies: Proxies(["http_proxy": "127.0.0.1:\(place.hub.port)"]))
    let address = place.file().replacing(
      "127.0.0.1:\(place.hub.port)", with: "unknown.invalid")
    #expect(try await proxied.read(address, limit: Place.size) == place.bytes)
    await #expect(throws: WebFailure.self) { try await web.read(address, limit: Place.size) }
  }

  @Test func nobodyListens() async throws {
    let failure = await #expect(throws: WebFailure.self) {
      try await web.read("http://127.0.0.1:9/", limit: 9)
    }
    #expect("\(try #require(failure))".contains("connection refused"))
  }
}

@Suite(.enabled(if: FixtureHub.peers != nil, Comment(rawValue: FixtureHub.missing)))
struct DownloadTests {
  private let place: Place
  private let web: Web
  private let folder: TemporaryFolder
  private var copy: String { "\(folder.path)/copy" }

  init() async throws {
    place = try await Place.shared.value
    web = try Web(patience: Patience(tries: 3, firstPause: .milliseconds(1)), proxies: .none)
    folder = try TemporaryFolder()
  }

  private var copied: Data? { FileManager.default.contents(atPath: copy) }

  @Test func aFileIsDownloadedAndItsProgressTold() async throws {
    let (progress, told) = AsyncStream.makeStream(of: Int.self)
    try await web.download(place.file(), to: copy, size: Place.size, limit: Place.size) {
      told.yield($0)
    }
    told.finish()
    var last = 0
    for await count in progress {
      #expect(count > last)
      last = count
    }
    #expect(copied == place.bytes && last == Place.size)
  }

  /// The rest, the whole where the server knows no ranges, and the rest where it names no state.
  @Test(arguments: ["", "&noranges=1", "&notags=1"])
  func aDroppedConnectionIsMadeUpFor(_ more: String) async throws {
    let address = place.file("drop=100000&times=1&id=made-up\(more)")
    try await web.download(address, to: copy, size: Place.size, limit: Place.size)
    #expect(copied == place.bytes)
  }

  @Test func aFileThatHasChangedMeanwhileIsReadFromItsStart() async throws {
    let address = place.file("drop=100000&times=1&id=changed&other=1")
    try await web.download(address, to: copy, size: Place.size, limit: Place.size)
    #expect(copied == place.bytes)
  }

  @Test func aDownloadThatBringsSomethingGoesOn() async throws {
    // Eight drops, with three tries.
    let address = place.file("drop=40000")
    try await web.download(address, to: copy, size: Place.size, limit: Place.size)
    #expect(copied == place.bytes)
  }

  @Test func aDownloadThatBringsNothingEnds() async throws {
    let address = place.file("drop=0")
    await #expect(
      throws: WebFailure.cutShort(
        WebErrand("download", address), received: 0, expected: Place.size)
    ) { try await web.download(address, to: copy, limit: Place.size) }
    #expect(copied == nil)
  }

  @Test func anotherSizeIsRefused() async throws {
    let errand = WebErrand("download", place.file())
    await #expect(throws: WebFailure.otherSize(errand, found: Place.size, expected: 9)) {
      try await web.download(place.file(), to: copy, size: 9, limit: Place.size)
    }
    await #expect(throws: WebFailure.tooLarge(errand, limit: 9)) {
      try await web.download(place.file(), to: copy, limit: 9)
    }
    #expect(copied == nil)
  }

  @Test func aDownloadThatIsStoppedLeavesNothing() async throws {
    let (web, copy) = (web, copy)
    let address = place.file("stall=100000")
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      try await web.download(address, to: copy, limit: Place.size) { _ in start.yield() }
    }
    for await _ in started { break }
    task.cancel()
    await #expect(throws: WebFailure.stopped(WebErrand("download", address))) {
      try await task.value
    }
    #expect(copied == nil)
  }
}

@Suite(.enabled(if: FixtureHub.peers != nil, Comment(rawValue: FixtureHub.missing)))
struct SecureServerTests {
  private let place: Place

  init() async throws { place = try await Place.shared.value }

  @Test func aServerIsTrustedByItsAuthority() async throws {
    let address = place.file(secure: true)
    let knowing = try Web(
      credentials: Credentials(authorities: place.certificates.authority), proxies: .none)
    #expect(try await knowing.read(address, limit: Place.size) == place.bytes)
    let failure = await #expect(throws: WebFailure.self) {
      try await Web(proxies: .none).read(address, limit: Place.size)
    }
    guard case .certificate = try #require(failure) else {
      Issue.record("\(String(describing: failure))")
      return
    }
  }

  @Test func noRedirectLeadsOutOfTLS() async throws {
    let web = try Web(
      credentials: Credentials(authorities: place.certificates.authority), proxies: .none)
    let elsewhere = "http%3A%2F%2F127.0.0.1:\(place.hub.port)"
    let address = place.file("leave=\(elsewhere)", secure: true)
    let failure = await #expect(throws: WebFailure.self) {
      try await web.read(address, limit: Place.size)
    }
    #expect("\(try #require(failure))".contains("redirects from https to http"))
    // The way into TLS is open.
    let safe = "https%3A%2F%2F127.0.0.1:\(place.hub.securePort ?? 0)"
    #expect(try await web.read(place.file("leave=\(safe)"), limit: Place.size) == place.bytes)
  }

  @Test func aCertificateIsUsedWithItsKeyAndRefusedWithoutOrLocked() async throws {
    let user = try await place.certificates.user("someone-else")
    let web = try Web(
      credentials: Credentials(
        authorities: place.certificates.authority, certificate: user, key: "\(user).key"),
      proxies: .none)
    #expect(try await web.read(place.file(secure: true), limit: Place.size) == place.bytes)
    let failure = #expect(throws: WebFailure.self) {
      _ = try Web(credentials: Credentials(certificate: "\(user).crt"))
    }
    #expect("\(try #require(failure))".contains("no key"))
    let locked = "\(user).locked"
    _ = try await Command(
      "openssl",
      ["pkey", "-in", "\(user).key", "-aes256", "-passout", "pass:word", "-out", locked]
    ).succeed()
    let other = #expect(throws: WebFailure.self) {
      _ = try Web(credentials: Credentials(certificate: user, key: locked))
    }
    #expect("\(try #require(other))".contains("encrypted"))
  }
}
