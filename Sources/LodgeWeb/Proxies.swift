package import Foundation

/// The proxies that requests go through, and the hosts that are reached without them.
///
/// Proxies are asked to connect (the method CONNECT), for http addresses, too.
package struct Proxies: Equatable, Sendable {
  /// A proxy's host and port.
  package struct Place: Hashable, Sendable {
    package var host: String
    package var port: Int
  }

  /// For http addresses.
  package var plain: Place?
  /// For https addresses.
  package var secure: Place?
  /// Names of hosts or domains; a star means all.
  package var exceptions: [String]

  /// No proxies.
  package static let none = Proxies(plain: nil, secure: nil, exceptions: [])

  /// The proxies that this process' environment names.
  package static var inherited: Proxies { Proxies(ProcessInfo.processInfo.environment) }

  init(plain: Place?, secure: Place?, exceptions: [String]) {
    (self.plain, self.secure, self.exceptions) = (plain, secure, exceptions)
  }

  /// Reads the variables http_proxy, https_proxy and no_proxy.
  ///
  /// Capital letters do as well, but not HTTP_PROXY, which a server may set from a header.
  package init(_ environment: [String: String]) {
    func place(_ names: String...) -> Place? {
      let value = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
      guard let value else { return nil }
      let url = URL(string: value.contains("://") ? value : "http://\(value)")
      guard let url, let host = url.host() else { return nil }
      return Place(host: host, port: url.port ?? 3128)
    }
    let exceptions = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
    self.init(
      plain: place("http_proxy"), secure: place("https_proxy", "HTTPS_PROXY"),
      exceptions: exceptions.split(whereSeparator: { $0 == "," || $0 == " " }).map {
        $0.lowercased()
      })
  }

  /// The proxy to an address; nil where there is none, and for this host itself.
  package func place(for url: URL) -> Place? {
    let host = (url.host() ?? "").lowercased()
    let isLocal = ["localhost", "::1", "[::1]"].contains(host) || host.hasPrefix("127.")
    let isExcepted = exceptions.contains { exception in
      let domain = exception.drop { $0 == "." }
      return exception == "*" || host == domain || host.hasSuffix(".\(domain)")
    }
    guard !isLocal, !isExcepted else { return nil }
    return url.scheme?.lowercased() == "https" ? secure : plain
  }
}
