import Foundation
import Glibc
import LodgeTesting
import LodgeWeb
import Testing

/// A server that asks for a certificate only once it has seen the request, as Apache does for the
/// login of Koji's hubs.
struct RenegotiationTests {
  /// A class, as it owns the process of s_server(1), which is ended with the value.
  private final class Server: Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ certificates: FixtureCertificates) throws {
      process.executableURL = URL(filePath: "/usr/bin/openssl")
      process.arguments = [
        "s_server", "-accept", "127.0.0.1:0", "-cert", certificates.server, "-key",
        certificates.server, "-CAfile", certificates.authority, "-tls1_2",
      ]
      process.standardInput = input
      process.standardOutput = output
      process.standardError = output
      try process.run()
    }

    deinit {
      // Not terminate(): what was started from a thread of Dispatch has that signal blocked.
      kill(process.processIdentifier, SIGKILL)
    }

    /// What it prints until some text has come, or all where it ends before.
    func printed(until text: String) async -> String {
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          var printed = ""
          while !printed.contains(text) {
            let bytes = self.output.fileHandleForReading.availableData
            guard !bytes.isEmpty else { break }
            printed += String(decoding: bytes, as: UTF8.self)
          }
          continuation.resume(returning: printed)
        }
      }
    }

    func type(_ text: String) throws {
      try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aCertificateIsShownWhenItIsAskedForLater() async throws {
    let folder = try TemporaryFolder()
    let certificates = try await FixtureCertificates(in: folder.path)
    let web = try Web(
      patience: Patience(deadline: .seconds(30), tries: 1),
      credentials: Credentials(
        authorities: certificates.authority, certificate: try await certificates.user("someone")),
      proxies: .none)
    let server = try Server(certificates)
    var accepting = await server.printed(until: "ACCEPT 127.0.0.1:")
    if !accepting.hasSuffix("\n") { accepting += await server.printed(until: "\n") }
    let port = try #require(accepting.split(separator: ":").last).prefix { $0.isNumber }
    async let answer = web.post(
      Data("request".utf8), to: "https://127.0.0.1:\(port)/", type: "text/plain",
      isRepeatable: false, limit: 99)
    #expect(await server.printed(until: "request").contains("POST / HTTP/1.1"))
    try server.type("R\n")
    #expect(await server.printed(until: "CN = someone\nverify return:1").contains("someone"))
    // A whole line is sent at a time.
    try server.type("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nyes\n")
    #expect(try await answer == Data("yes\n".utf8))
  }
}
