import Foundation
import NIOSSL

/// What is trusted beyond the authorities of this host, and who one says to be.
package struct Credentials: Equatable, Sendable {
  /// A PEM file with authorities that servers may be certified by, beside those of this host.
  package var authorities: String?
  /// A PEM file with the client's certificate, and its key unless that has its own file.
  package var certificate: String?
  /// A PEM file with the key of the certificate.
  package var key: String?

  /// No authorities beyond those of this host, and no certificate.
  package static let none = Credentials()

  package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
    (self.authorities, self.certificate, self.key) = (authorities, certificate, key)
  }

  /// The configuration of TLS.
  ///
  /// - Throws: ``WebFailure`` naming the file that cannot be used.
  func configuration() throws(WebFailure) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if let authorities {
      configuration.additionalTrustRoots = [.certificates(try Self.certificates(in: authorities))]
    }
    guard let certificate else { return configuration }
    configuration.certificateChain = try Self.certificates(in: certificate).map {
      .certificate($0)
    }
    configuration.privateKey = .privateKey(try Self.key(in: key ?? certificate))
    // Koji's hubs have Apache ask for the certificate once it sees the path of the login. In TLS
    // 1.2 that is a renegotiation; the way of TLS 1.3 for it is one that BoringSSL does not know.
    configuration.maximumTLSVersion = .tlsv12
    configuration.renegotiationSupport = .once
    return configuration
  }

  private static func certificates(in file: String) throws(WebFailure) -> [NIOSSLCertificate] {
    let bytes = try bytes(of: file)
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty
    else { throw .identity(file: file, reason: "it has no certificate in PEM form") }
    return certificates
  }

  private static func key(in file: String) throws(WebFailure) -> NIOSSLPrivateKey {
    let bytes = try bytes(of: file)
    // BoringSSL would ask for the pass phrase on the terminal.
    guard !String(decoding: bytes, as: UTF8.self).contains("ENCRYPTED") else {
      throw .identity(
        file: file, reason: "its key is encrypted; write it without pass phrase: openssl pkey")
    }
    guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
      throw .identity(
        file: file, reason: "it has no key in PEM form; give the file that has the key")
    }
    return key
  }

  private static func bytes(of file: String) throws(WebFailure) -> [UInt8] {
    do {
      return Array(try Data(contentsOf: URL(filePath: file)))
    } catch {
      throw .identity(file: file, reason: "it cannot be read")
    }
  }
}
