import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// What is read from addresses of http, https and files, patiently and within bounds.
///
/// A class, as it owns the connections: they are closed once the value goes away.
package final class Web: Sendable {
  let patience: Patience
  private let proxies: Proxies
  private let direct: HTTPClient
  private let behindProxies: [Proxies.Place: HTTPClient]

  /// Opens no connection yet.
  ///
  /// - Throws: ``WebFailure`` naming a file of the credentials that cannot be used.
  package init(
    patience: Patience = Patience(), credentials: Credentials = .none,
    proxies: Proxies = .inherited
  ) throws(WebFailure) {
    (self.patience, self.proxies) = (patience, proxies)
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try credentials.configuration(),
      // Followed here, where what they may lead to is decided.
      redirectConfiguration: .disallow,
      timeout: .init(
        connect: TimeAmount(patience.connect), read: TimeAmount(patience.stall),
        write: TimeAmount(patience.stall)))
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    direct = HTTPClient(
      eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    var others: [Proxies.Place: HTTPClient] = [:]
    for case let place? in Set([proxies.plain, proxies.secure]) {
      configuration.proxy = .server(host: place.host, port: place.port)
      others[place] = HTTPClient(
        eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }
    behindProxies = others
  }

  deinit {
    // A client that goes away without this ends the process. It keeps itself until it is done.
    for client in [direct] + behindProxies.values { client.shutdown { _ in } }
  }

  private func client(for url: URL) -> HTTPClient {
    proxies.place(for: url).flatMap { behindProxies[$0] } ?? direct
  }

  /// One request without its tries; redirects are followed where nothing is sent along.
  func response(
    to request: WebRequest, on errand: WebErrand
  ) async throws -> HTTPClientResponse {
    var redirects = Redirects(from: request.url)
    while true {
      var wanted = HTTPClientRequest(url: redirects.current.absoluteString)
      wanted.method = request.body == nil ? .GET : .POST
      wanted.headers = request.headers
      wanted.headers.replaceOrAdd(name: "User-Agent", value: "lodge")
      if let body = request.body { wanted.body = .bytes(ByteBuffer(bytes: body)) }
      let response = try await client(for: redirects.current).execute(
        wanted, deadline: .distantFuture)
      guard [301, 302, 303, 307, 308].contains(response.status.code) else { return response }
      let location = response.headers.first(name: "location")
      guard request.body == nil else {
        throw WebFailure.redirected(
          errand, reason: "the server has moved to \(location ?? "nowhere"); give that address")
      }
      try redirects.follow(location, on: errand)
    }
  }

  /// Does some work again while it fails for a reason that may pass.
  ///
  /// A try that failed and still brought something is not counted.
  func persist<Answer>(
    _ errand: WebErrand, isRepeatable: Bool = true,
    hasProgressed: () -> Bool = { false }, _ work: () async throws -> Answer
  ) async throws -> Answer {
    var random = SystemRandomNumberGenerator()
    var number = 0
    while true {
      number += 1
      do {
        return try await work()
      } catch {
        let setback = Setback(error, on: errand, stall: patience.stall)
        if hasProgressed() { number = 1 }
        guard number < patience.tries, setback.mayPass, isRepeatable || !setback.wasSent else {
          throw setback.failure
        }
        try await Task.sleep(for: patience.pause(afterTry: number, using: &random))
      }
    }
  }

  /// Does some work within the time for the whole.
  func inTime<Answer: Sendable>(
    _ errand: WebErrand, _ work: @escaping @Sendable () async throws -> Answer
  ) async throws(WebFailure) -> Answer {
    do {
      return try await withThrowingTaskGroup(of: Answer.self) { group in
        group.addTask { try await work() }
        group.addTask { [patience] in
          try await Task.sleep(for: patience.deadline)
          throw WebFailure.late(errand, patience.deadline)
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
      }
    } catch {
      throw Setback(error, on: errand, stall: patience.stall).failure
    }
  }
}

/// What is asked of a server; with a body it is a POST.
struct WebRequest: Sendable {
  var url: URL
  var headers = HTTPHeaders()
  var body: Data?
}
