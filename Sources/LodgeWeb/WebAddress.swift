import Foundation

/// Where something is read from: a server's resource, or a file of this host.
enum WebAddress: Equatable, Sendable {
  case server(URL)
  case file(path: String)

  /// - Throws: ``WebFailure`` for what is no http, https or file address.
  init(_ address: String) throws(WebFailure) {
    guard let url = URL(string: address), let scheme = url.scheme?.lowercased() else {
      throw .otherScheme(address)
    }
    switch scheme {
    case "http", "https":
      guard let host = url.host(), !host.isEmpty else { throw .otherScheme(address) }
      self = .server(url)
    case "file":
      let host = url.host() ?? ""
      guard host.isEmpty || host == "localhost", url.path().hasPrefix("/") else {
        throw .otherScheme(address)
      }
      self = .file(path: url.path(percentEncoded: false))
    default: throw .otherScheme(address)
    }
  }
}

/// The redirects of one request, which must lead somewhere and to no worse place.
struct Redirects: Sendable {
  static let limit = 5

  private(set) var current: URL
  private var seen: [String]

  init(from url: URL) { (current, seen) = (url, [url.absoluteString]) }

  /// Goes where a redirect points to.
  ///
  /// - Throws: ``WebFailure`` for a circle, one redirect too many, or a way out of https.
  mutating func follow(_ location: String?, on errand: WebErrand) throws(WebFailure) {
    guard let location, let next = URL(string: location, relativeTo: current)?.absoluteURL,
      let scheme = next.scheme?.lowercased(), next.host() != nil
    else { throw .redirected(errand, reason: "the server redirects to no address") }
    guard scheme == "https" || scheme == "http" && current.scheme?.lowercased() == "http" else {
      throw .redirected(
        errand, reason: "the server redirects from \(current.scheme ?? "") to \(scheme)")
    }
    guard !seen.contains(next.absoluteString) else {
      throw .redirected(errand, reason: "its redirects go in a circle; tell who runs the server")
    }
    guard seen.count <= Self.limit else {
      throw .redirected(
        errand, reason: "it has more than \(Self.limit) redirects; use the address they lead to")
    }
    seen.append(next.absoluteString)
    current = next
  }
}
