import CLibvirt

/// Why libvirt did not do what it was asked for.
package enum LibvirtFailure: Error, Equatable, CustomStringConvertible {
  /// libvirt answered with an error.
  case refused(LibvirtError)
  /// libvirt gave no answer in time; what it was doing may still happen.
  case deadline(doing: String, Duration)
  /// The task that waited for the answer was cancelled.
  case cancelled(doing: String)
  /// The connection was closed before.
  case closed(doing: String)
  /// This host has no libvirt library to talk to a daemon with; the loader's words.
  case missing(String)

  package var description: String {
    switch self {
    case .refused(let error):
      "\(error)"
    case .deadline(let doing, let deadline):
      "cannot \(doing): libvirt gave no answer within \(deadline)"
    case .cancelled(let doing):
      "cannot \(doing): stopped while waiting for libvirt"
    case .closed(let doing):
      "cannot \(doing): the connection to libvirt is closed"
    case .missing(let words):
      "cannot load the library that talks to libvirt: \(words); install libvirt0"
    }
  }

  /// The error that libvirt answered with.
  package var error: LibvirtError? {
    guard case .refused(let error) = self else { return nil }
    return error
  }
}

/// An error that libvirt raised, here or in its daemon.
package struct LibvirtError: Equatable, Sendable, CustomStringConvertible {
  package enum Level: Int, Sendable {
    case none
    case warning
    case error
  }

  /// What libvirt was asked for, such as `start domain snp`.
  package let doing: String
  package let domain: LibvirtErrorDomain
  package let code: LibvirtErrorCode
  package let level: Level
  /// libvirt's own words.
  package let message: String

  package init(
    doing: String, domain: LibvirtErrorDomain, code: LibvirtErrorCode, level: Level = .error,
    message: String
  ) {
    (self.doing, self.domain, self.code) = (doing, domain, code)
    (self.level, self.message) = (level, message)
  }

  /// The last error of the calling thread; must be read on the thread whose call failed.
  ///
  /// Stands on `virGetLastError`.
  init(lastWhile doing: String) {
    guard let last = libvirt.virGetLastError() else {
      self.init(
        doing: doing, domain: LibvirtErrorDomain(rawValue: 0), code: LibvirtErrorCode(rawValue: 0),
        message: "libvirt named no reason")
      return
    }
    let error = unsafe last.pointee
    self.init(
      doing: doing, domain: unsafe LibvirtErrorDomain(rawValue: Int(error.domain)),
      code: unsafe LibvirtErrorCode(rawValue: Int(error.code)),
      level: unsafe Level(rawValue: Int(error.level.rawValue)) ?? .error,
      message: unsafe error.message.map { unsafe String(cString: $0) } ?? "")
  }

  package var description: String { "cannot \(doing): \(message) (\(domain), \(code))" }
}
