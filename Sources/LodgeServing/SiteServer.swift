import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A folder of pages shown on the loopback, made current before each page is given; read-only.
package struct SiteServer: Sendable {
  private let folder: String
  private let port: Int
  private let refresh: @Sendable () async throws -> Void

  /// Prepares a server of a folder; port 0 takes any that is free.
  ///
  /// `refresh` is called before each request is answered; what it throws is told to the reader.
  package init(
    folder: String, port: Int, refresh: @escaping @Sendable () async throws -> Void
  ) {
    (self.folder, self.port, self.refresh) = (folder, port, refresh)
  }

  /// Serves until the task is cancelled; `running` is told the port.
  ///
  /// - Throws: what keeps the port from being taken.
  package func run(_ running: @escaping @Sendable (Int) -> Void) async throws {
    // What goes wrong with one connection is its client's matter.
    var logger = Logger(label: "lodge.serve")
    logger.logLevel = .critical
    let router = Router()
    router.add(middleware: LoopbackOnly(refresh: refresh))
    router.add(
      middleware: FileMiddleware(folder, searchForIndexHtml: true, logger: logger)
        .withAdditionalMediaType(
          MediaType(type: .application, subType: "atom+xml"), mappedToFileExtension: "atom"))
    let application = Application(
      router: router,
      configuration: ApplicationConfiguration(
        address: .hostname("127.0.0.1", port: port), serverName: "lodge"),
      onServerRunning: { channel in
        if let port = channel.localAddress?.port { running(port) }
      }, logger: logger)
    try await application.run()
  }
}

/// Answers readers on this host alone, with the headers that keep a page to itself.
private struct LoopbackOnly: RouterMiddleware {
  typealias Context = BasicRequestContext

  let refresh: @Sendable () async throws -> Void

  @concurrent
  func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    // A page elsewhere can have its own name lead to this host, and would then read what is here.
    guard let authority = request.head.authority, Self.isLoopback(authority) else {
      return Self.refusal(.misdirectedRequest, "this server answers on 127.0.0.1 alone\n")
    }
    guard request.method == .get || request.method == .head else {
      return Self.refusal(.methodNotAllowed, "these pages can only be read\n")
    }
    let isHidden = request.uri.path.split(separator: "/").contains {
      $0.hasPrefix(".") || $0.lowercased().hasPrefix("%2e")
    }
    guard !isHidden else { return Self.refusal(.notFound, "there is no such page\n") }
    do { try await refresh() } catch is CancellationError { throw CancellationError() } catch {
      return Self.refusal(.internalServerError, "lodge: \(error)\n")
    }
    var response: Response
    do { response = try await next(request, context) } catch let error as any HTTPResponseError
      where error.status == .notFound
    {
      response = Self.refusal(.notFound, "there is no such page\n")
    }
    for (name, value) in Self.headers { response.headers[name] = value }
    return response
  }

  private static let headers: [(HTTPField.Name, String)] = [
    (.cacheControl, "no-cache"), (.xContentTypeOptions, "nosniff"),
    (
      .contentSecurityPolicy,
      "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none';"
        + " form-action 'none'; frame-ancestors 'none'"
    ),
  ]

  private static func isLoopback(_ authority: String) -> Bool {
    let host = authority.hasPrefix("[") ? "[::1]" : authority.prefix { $0 != ":" }
    return ["127.0.0.1", "localhost", "[::1]"].contains(host.lowercased())
      && (!authority.hasPrefix("[") || authority.hasPrefix("[::1]"))
  }

  private static func refusal(_ status: HTTPResponse.Status, _ text: String) -> Response {
    Response(
      status: status, headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
