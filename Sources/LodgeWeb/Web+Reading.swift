import AsyncHTTPClient
package import Foundation
import LodgeHost
import NIOCore
import NIOHTTP1

extension Web {
  /// The bytes at an address of http, https or a file; at most as many as the limit.
  ///
  /// - Throws: ``WebFailure``, also where there are more.
  package func read(_ address: String, limit: Int) async throws(WebFailure) -> Data {
    let errand = WebErrand("read", address)
    switch try WebAddress(address) {
    case .file(let path):
      let bytes = try Self.head(ofFile: path, bytes: limit + 1, on: errand)
      guard bytes.count <= limit else { throw .tooLarge(errand, limit: limit) }
      return bytes
    case .server(let url):
      return try await inTime(errand) {
        try await self.persist(errand) {
          let response = try await self.response(to: WebRequest(url: url), on: errand)
          return try await response.bytes(on: errand, limit: limit)
        }
      }
    }
  }

  /// The first bytes at an address, or all where there are fewer.
  ///
  /// A server that knows no ranges is told no more once they are there.
  ///
  /// - Throws: ``WebFailure``.
  package func readHead(
    of address: String, bytes count: Int
  ) async throws(WebFailure) -> Data {
    let errand = WebErrand("read", address)
    switch try WebAddress(address) {
    case .file(let path): return try Self.head(ofFile: path, bytes: count, on: errand)
    case .server(let url):
      let request = WebRequest(url: url, headers: ["Range": "bytes=0-\(max(count, 1) - 1)"])
      return try await inTime(errand) {
        try await self.persist(errand) {
          let response = try await self.response(to: request, on: errand)
          // An empty file has no first byte, and so no range.
          if response.status.code == 416 { return Data() }
          return try await response.head(on: errand, count: count)
        }
      }
    }
  }

  /// What a server answers to a body that is sent to it.
  ///
  /// A body is repeatable where it does no harm to send it twice; any other one is sent again only
  /// while the server cannot have seen it.
  ///
  /// - Throws: ``WebFailure``, also for a redirect, which no body follows.
  package func post(
    _ body: Data, to address: String, type: String, headers: [(String, String)] = [],
    isRepeatable: Bool, limit: Int
  ) async throws(WebFailure) -> Data {
    let errand = WebErrand("ask", address)
    guard case .server(let url) = try WebAddress(address) else { throw .otherScheme(address) }
    let request = WebRequest(
      url: url, headers: .init([("Content-Type", type)] + headers), body: body)
    return try await inTime(errand) {
      try await self.persist(errand, isRepeatable: isRepeatable) {
        let response = try await self.response(to: request, on: errand)
        return try await response.bytes(on: errand, limit: limit)
      }
    }
  }

  /// The first bytes of a file of this host.
  static func head(
    ofFile path: String, bytes: Int, on errand: WebErrand
  ) throws(WebFailure) -> Data {
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? handle.close() }
      return try handle.read(upToCount: bytes) ?? Data()
    } catch {
      throw .storage(StorageFailure("cannot read", path, error))
    }
  }
}

extension HTTPClientResponse {
  /// How many bytes the server says there are.
  var announced: Int? { headers.first(name: "content-length").flatMap { Int($0) } }

  /// - Throws: ``WebFailure`` unless the server gives what was asked for.
  func succeed(on errand: WebErrand) throws(WebFailure) {
    guard (200..<300).contains(status.code) else {
      throw .status(errand, code: Int(status.code), reason: status.reasonPhrase)
    }
  }

  fileprivate func bytes(on errand: WebErrand, limit: Int) async throws -> Data {
    try succeed(on: errand)
    guard announced ?? 0 <= limit else { throw WebFailure.tooLarge(errand, limit: limit) }
    var bytes = Data()
    try await forEachPart(on: errand) { part, _ in
      guard bytes.count + part.readableBytes <= limit else {
        throw WebFailure.tooLarge(errand, limit: limit)
      }
      bytes.append(contentsOf: part.readableBytesView)
      return true
    }
    return bytes
  }

  fileprivate func head(on errand: WebErrand, count: Int) async throws -> Data {
    try succeed(on: errand)
    var bytes = Data()
    try await forEachPart(on: errand) { part, _ in
      bytes.append(contentsOf: part.readableBytesView)
      return bytes.count < count
    }
    return bytes.prefix(count)
  }

  /// Hands over the parts of the body as they come, with the bytes received before; false ends it.
  ///
  /// - Throws: ``WebFailure`` where the connection ended before all was there.
  func forEachPart(
    on errand: WebErrand, _ take: (ByteBuffer, Int) throws -> Bool
  ) async throws {
    var received = 0
    var parts = body.makeAsyncIterator()
    while true {
      let part: ByteBuffer?
      do {
        part = try await parts.next()
      } catch let error as HTTPClientError where error != .remoteConnectionClosed {
        throw error
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        throw WebFailure.cutShort(errand, received: received, expected: announced)
      }
      // A body whose reader is cancelled just ends.
      try Task.checkCancellation()
      guard let part else { break }
      guard try take(part, received) else { return }
      received += part.readableBytes
    }
    if let announced, received < announced {
      throw WebFailure.cutShort(errand, received: received, expected: announced)
    }
  }
}
