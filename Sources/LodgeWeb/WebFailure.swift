package import LodgeHost

/// Why something could not be read from its address, or sent there.
package enum WebFailure: Error, Equatable, CustomStringConvertible {
  /// No connection, or one that ended before there was an answer.
  case unreachable(WebErrand, reason: String)
  /// An answer of which no byte came for too long.
  case stalled(WebErrand, Duration)
  /// Not done within the time for the whole.
  case late(WebErrand, Duration)
  /// A redirect that is not followed: one too many, in a circle, or to a worse place.
  case redirected(WebErrand, reason: String)
  case status(WebErrand, code: Int, reason: String)
  /// More bytes than are wanted.
  case tooLarge(WebErrand, limit: Int)
  /// An answer that ended before all of it was there; bytes.
  case cutShort(WebErrand, received: Int, expected: Int?)
  /// A file that is complete, and of another size than it should be; bytes.
  case otherSize(WebErrand, found: Int, expected: Int)
  /// TLS was refused by one of both sides.
  case certificate(WebErrand, reason: String)
  /// A file of certificates or keys that cannot be used.
  case identity(file: String, reason: String)
  case otherScheme(String)
  case storage(StorageFailure)
  case stopped(WebErrand)

  package var description: String {
    switch self {
    case .unreachable(let errand, let reason):
      "cannot \(errand): \(reason); check the address and the network, then try again"
    case .stalled(let errand, let duration):
      "cannot \(errand): no byte came for \(duration.inWords); try again later"
    case .late(let errand, let duration):
      "cannot \(errand): it was not done within \(duration.inWords); try again later"
    case .redirected(let errand, let reason): "cannot \(errand): \(reason)"
    case .status(let errand, let code, let reason):
      "cannot \(errand): the server answers \(code) \(reason); \(Self.remedy(for: code))"
    case .tooLarge(let errand, let limit):
      "cannot \(errand): it has more than \(limit) bytes; check that this is the right address"
    case .cutShort(let errand, let received, let expected):
      "cannot \(errand): the connection ended after \(received)"
        + "\(expected.map { " of \($0)" } ?? "") bytes; try again"
    case .otherSize(let errand, let found, let expected):
      "cannot \(errand): it has \(found) bytes, \(expected) were announced;"
        + " it was replaced or damaged, list it again"
    case .certificate(let errand, let reason):
      "cannot \(errand): \(reason); check the authority and the certificate given for this server"
    case .identity(let file, let reason): "cannot use \(file): \(reason)"
    case .otherScheme(let address):
      "cannot use \(address): only http, https and file addresses are read; correct the address"
    case .storage(let failure): "\(failure)"
    case .stopped(let errand): "cannot \(errand): it was stopped"
    }
  }

  private static func remedy(for code: Int) -> String {
    switch code {
    case 401, 403, 407: "it wants a login or another permission"
    case 404, 410: "check the address, what stood there may have been deleted"
    case 429, 500...: "try again later"
    default: "check the address"
    }
  }
}

/// What is being done with an address, for messages.
package struct WebErrand: Equatable, Sendable, CustomStringConvertible {
  /// A verb: read, download, ask.
  package var verb: String
  package var address: String

  package init(_ verb: String, _ address: String) {
    (self.verb, self.address) = (verb, address)
  }

  /// Without what an address may hold in confidence: user, password and query.
  package var description: String {
    var shown = address.prefix { $0 != "?" && $0 != "#" }
    if let scheme = shown.firstRange(of: "://"), let at = shown.lastIndex(of: "@"),
      at >= scheme.upperBound,
      !shown[scheme.upperBound..<at].contains("/")
    {
      shown.removeSubrange(scheme.upperBound...at)
    }
    return "\(verb) \(shown)"
  }
}

extension Duration {
  /// Such as `2 s` or `0.25 s`.
  fileprivate var inWords: String {
    let seconds = Double(components.seconds) + Double(components.attoseconds) / 1e18
    return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
  }
}
