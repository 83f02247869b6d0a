import Foundation
import LodgeTesting
import LodgeWeb
import Testing

struct WebPiecesTests {
  @Test func pausesDoubleWithinTheirBounds() {
    let patience = Patience(firstPause: .seconds(1))
    var random = SplitMix(state: 4)
    for (number, longest) in [(1, 1), (2, 2), (3, 4), (6, 30), (60, 30)] {
      let pause = patience.pause(afterTry: number, using: &random)
      #expect(pause <= .seconds(longest) && pause >= .seconds(longest) / 2, "\(number)")
    }
  }

  @Test func proxiesAreThoseOfTheEnvironment() throws {
    let proxies = Proxies([
      "http_proxy": "http://one:8080", "HTTPS_PROXY": "two", "no_proxy": ".inner.org, other.net",
      "HTTP_PROXY": "http://of-a-header:1",
    ])
    func host(_ address: String) throws -> String? {
      proxies.place(for: try #require(URL(string: address)))?.host
    }
    #expect(try host("http://example.org/a") == "one")
    #expect(try host("https://example.org/a") == "two")
    #expect(proxies.secure?.port == 3128)
    for address in [
      "http://inner.org", "https://a.inner.org", "http://other.net", "http://localhost:80",
      "http://127.0.0.1:1", "http://[::1]:1",
    ] { #expect(try host(address) == nil, "\(address)") }
    #expect(try host("http://another.net") == "one")
  }

  @Test func everythingIsReachedDirectlyWhereItIsSoWished() throws {
    let proxies = Proxies(["https_proxy": "p:1", "no_proxy": "*"])
    #expect(proxies.place(for: try #require(URL(string: "https://a"))) == nil)
    #expect(Proxies([:]) == .none)
  }

  @Test func messagesTellWhatToDoAndNoSecret() {
    let errand = WebErrand("read", "https://user:word@host/file?key=secret")
    let failures: [WebFailure] = [
      .unreachable(errand, reason: "refused"), .stalled(errand, .milliseconds(250)),
      .late(errand, .seconds(2)), .status(errand, code: 404, reason: "Not Found"),
      .status(errand, code: 403, reason: "Forbidden"),
      .status(errand, code: 503, reason: "Unavailable"), .tooLarge(errand, limit: 4),
      .cutShort(errand, received: 1, expected: 2), .otherSize(errand, found: 3, expected: 2),
      .certificate(errand, reason: "no"),
    ]
    for failure in failures {
      #expect("\(failure)".hasPrefix("cannot read https://host/file: "), "\(failure)")
      #expect("\(failure)".contains(";"), "\(failure)")
    }
    #expect("\(failures[1])".contains("0.25 s"))
    #expect("\(WebErrand("read", "http://host/a@b"))" == "read http://host/a@b")
  }

  @Test(arguments: ["ftp://host/a", "host/a", "file://elsewhere/a", "http:///a", "", "\u{0}"])
  func otherAddressesAreRefused(_ address: String) async throws {
    let web = try Web(proxies: .none)
    await #expect(throws: WebFailure.otherScheme(address)) {
      try await web.read(address, limit: 1)
    }
    await #expect(throws: WebFailure.otherScheme(address)) {
      try await web.post(Data(), to: address, type: "text/xml", isRepeatable: true, limit: 1)
    }
  }
}
