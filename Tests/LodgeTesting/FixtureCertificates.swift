import Foundation
import LodgeHost

/// An authority, a server of this host and users that it certifies; all are made for one test.
package struct FixtureCertificates: Sendable {
  private let folder: String
  /// PEM files; that of the server has its key, too.
  package let authority: String
  package let server: String

  package init(in folder: String) async throws {
    self.folder = folder
    (authority, server) = ("\(folder)/authority.pem", "\(folder)/server.pem")
    try await Self.openssl(
      "-keyout", "\(folder)/authority.key", "-out", authority, "-subj", "/CN=authority")
    try await certify("127.0.0.1", as: server, "-addext", "subjectAltName=IP:127.0.0.1")
  }

  /// A new file with the certificate of a user and its key.
  package func user(_ name: String) async throws -> String {
    let file = "\(folder)/\(name)-\(UUID().uuidString).pem"
    try await certify(name, as: file)
    return file
  }

  private func certify(_ name: String, as file: String, _ options: String...) async throws {
    try await Self.openssl(
      [
        "-CA", authority, "-CAkey", "\(folder)/authority.key", "-keyout", "\(file).key", "-out",
        "\(file).crt", "-subj", "/CN=\(name)", "-addext", "basicConstraints=critical,CA:FALSE",
      ] + options)
    let joined = try await Command("cat", ["\(file).crt", "\(file).key"]).succeed()
    try joined.output.write(to: .init(filePath: file))
  }

  private static func openssl(_ options: String...) async throws { try await openssl(options) }

  private static func openssl(_ options: [String]) async throws {
    _ = try await Command(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
        "2",
      ] + options
    ).succeed()
  }
}
