import Foundation

/// A hub of Koji on this host, as Tests/KojiHub serves it.
///
/// A class, as it owns the process, which ends once the value goes away.
package final class FixtureHub: Sendable {
  package let port: Int
  /// Of https; nil without certificates.
  package let securePort: Int?
  private let input: FileHandle

  /// The folder of the environment that LODGE_TEST_PEERS names; nil without one.
  package static let peers = ProcessInfo.processInfo.environment["LODGE_TEST_PEERS"]

  /// Why a test with a hub is skipped.
  package static let missing =
    "LODGE_TEST_PEERS names no environment with koji; Scripts/test makes one"

  /// Starts a hub whose state is a file; with certificates it serves https as well.
  package init(state: String, certificates: FixtureCertificates? = nil) async throws {
    let process = Process()
    process.executableURL = URL(filePath: "\(Self.peers ?? "")/bin/python")
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../KojiHub/koji-hub.py").standardized.path(percentEncoded: false)
    process.arguments =
      ["-B", script, state]
      + (certificates.map { ["--certificate", $0.server, "--authority", $0.authority] } ?? [])
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    self.input = input.fileHandleForWriting
    let lines = certificates == nil ? 1 : 2
    let ports = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: Self.ports(lines, from: output.fileHandleForReading))
      }
    }
    guard ports.count == lines else { throw CocoaError(.fileReadUnknown) }
    (port, securePort) = (ports[0], ports.dropFirst().first)
  }

  deinit { try? input.close() }

  /// The hub's address; with a fault, that of a hub that has it.
  package func hub(_ fault: String? = nil, secure: Bool = false) -> String {
    root(fault, secure: secure) + "/kojihub"
  }

  /// The address of the hub's files.
  package func files(_ fault: String? = nil, secure: Bool = false) -> String {
    root(fault, secure: secure) + "/kojifiles"
  }

  /// The address of a folder that the state names; with a fault, that of one that has it.
  package func folder(_ name: String, _ fault: String? = nil, secure: Bool = false) -> String {
    root(fault, secure: secure) + "/folders/\(name)"
  }

  private func root(_ fault: String?, secure: Bool) -> String {
    let server = secure ? "https://127.0.0.1:\(securePort ?? 0)" : "http://127.0.0.1:\(port)"
    return server + (fault.map { "/fault/\($0)" } ?? "")
  }

  private static func ports(_ count: Int, from handle: FileHandle) -> [Int] {
    var text = ""
    while text.filter({ $0 == "\n" }).count < count {
      let bytes = handle.availableData
      guard !bytes.isEmpty else { break }
      text += String(decoding: bytes, as: UTF8.self)
    }
    return text.split(separator: "\n").compactMap { Int($0) }
  }
}
