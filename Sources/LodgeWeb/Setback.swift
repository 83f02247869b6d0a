import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One try that failed: why, and whether another one may help.
struct Setback: Sendable {
  var failure: WebFailure
  /// Whether the same request may have another outcome later.
  var mayPass: Bool
  /// Whether the server may have seen the request.
  var wasSent = true

  /// What an error means; the message may tell how long the client waited for a byte.
  init(_ error: any Error, on errand: WebErrand, stall: Duration) {
    switch error {
    case let failure as WebFailure: self.init(failure)
    case let error as HTTPClientError: self.init(error, on: errand, stall: stall)
    case let error as NIOConnectionError:
      self.init(
        failure: .unreachable(errand, reason: error.reason), mayPass: true, wasSent: false)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      self.init(
        failure: .certificate(errand, reason: "TLS failed: \("\(error)".prefix(300))"),
        mayPass: false, wasSent: false)
    case let error as IOError:
      self.init(failure: .unreachable(errand, reason: error.reason), mayPass: true)
    case is HTTPParserError:
      self.init(
        failure: .unreachable(errand, reason: "its answer is no HTTP"), mayPass: true)
    case is CancellationError: self.init(failure: .stopped(errand), mayPass: false)
    default:
      self.init(failure: .unreachable(errand, reason: "\(error)"), mayPass: true)
    }
  }

  private init(failure: WebFailure, mayPass: Bool, wasSent: Bool = true) {
    (self.failure, self.mayPass, self.wasSent) = (failure, mayPass, wasSent)
  }

  private init(_ failure: WebFailure) {
    let mayPass =
      switch failure {
      case .status(_, let code, _): [429, 502, 503, 504].contains(code)
      case .cutShort, .stalled, .unreachable: true
      default: false
      }
    self.init(failure: failure, mayPass: mayPass)
  }

  private init(_ error: HTTPClientError, on errand: WebErrand, stall: Duration) {
    switch error {
    case .readTimeout, .writeTimeout:
      self.init(failure: .stalled(errand, stall), mayPass: true)
    case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout,
      .httpProxyHandshakeTimeout:
      self.init(
        failure: .unreachable(errand, reason: "no connection stood in time"), mayPass: true,
        wasSent: false)
    case .remoteConnectionClosed:
      self.init(
        failure: .unreachable(errand, reason: "the server closed the connection"), mayPass: true)
    case .cancelled: self.init(failure: .stopped(errand), mayPass: false)
    case .proxyAuthenticationRequired, .invalidProxyResponse:
      self.init(
        failure: .unreachable(errand, reason: "the proxy refuses: \(error.shortDescription)"),
        mayPass: false, wasSent: false)
    default:
      self.init(
        failure: .unreachable(errand, reason: error.shortDescription), mayPass: false)
    }
  }
}

extension NIOConnectionError {
  /// What one of the tries at its addresses said.
  fileprivate var reason: String {
    guard let first = connectionErrors.first else {
      return "the name \(host) cannot be resolved"
    }
    return (first.error as? IOError)?.reason ?? "no connection to \(host): \(first.error)"
  }
}

extension IOError {
  fileprivate var reason: String { String(cString: strerror(errnoCode)).lowercased() }
}
