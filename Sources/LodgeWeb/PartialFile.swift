import AsyncHTTPClient
import Foundation
import Glibc
import LodgeHost
import NIOCore
import NIOHTTP1

/// A file that is being downloaded.
///
/// A class, as it owns the open file, which is removed with the value unless it is finished. Used
/// by one task.
final class PartialFile {
  struct Bounds: Sendable {
    var size: Int?
    var limit: Int
  }

  private let path: String
  private let handle: FileHandle
  private let errand: WebErrand
  private let bounds: Bounds
  /// Bytes.
  private(set) var received = 0
  /// What the server calls this state of the file, and how large it says the whole is.
  private var validator: String?
  private var total: Int?
  private var isFinished = false

  init(_ path: String, on errand: WebErrand, within bounds: Bounds) throws(WebFailure) {
    (self.path, self.errand, self.bounds) = (path, errand, bounds)
    guard FileManager.default.createFile(atPath: path, contents: nil) else {
      throw .storage(StorageFailure("cannot write", path, errno))
    }
    guard let handle = FileHandle(forWritingAtPath: path) else {
      let code = errno
      unlink(path)
      throw .storage(StorageFailure("cannot write", path, code))
    }
    self.handle = handle
  }

  deinit {
    try? handle.close()
    if !isFinished { unlink(path) }
  }

  /// What a request for the rest has to say.
  var rangeHeaders: [(String, String)] {
    guard received > 0, total != nil else { return [] }
    return [("Range", "bytes=\(received)-")] + (validator.map { [("If-Range", $0)] } ?? [])
  }

  /// Writes the rest, or the whole again where that is what the server gives.
  func take(
    _ response: HTTPClientResponse, read: @Sendable (Int) -> Void
  ) async throws {
    if received > 0, [206, 416].contains(response.status.code) {
      guard response.continues(at: received, of: total) else {
        try startOver()
        throw WebFailure.cutShort(errand, received: 0, expected: total)
      }
    } else {
      try response.succeed(on: errand)
      try startOver()
      validator = response.validator
      total = response.announced
      if let total { try check(total) }
    }
    try await response.forEachPart(on: errand) { part, _ in
      try self.write(Data(part.readableBytesView))
      read(self.received)
      return true
    }
  }

  /// Copies a file of this host.
  func copy(_ source: String) throws(WebFailure) {
    do {
      let reading = try FileHandle(forReadingFrom: URL(filePath: source))
      defer { try? reading.close() }
      while let bytes = try reading.read(upToCount: 1 << 20), !bytes.isEmpty { try write(bytes) }
    } catch let failure as WebFailure {
      throw failure
    } catch {
      throw .storage(StorageFailure("cannot read", source, error))
    }
  }

  /// Keeps the file.
  ///
  /// - Throws: ``WebFailure`` where it is smaller than it should be.
  func finish() throws(WebFailure) {
    if let size = bounds.size, received != size {
      throw .otherSize(errand, found: received, expected: size)
    }
    do { try handle.close() } catch {
      throw .storage(StorageFailure("cannot write", path, error))
    }
    isFinished = true
  }

  private func startOver() throws(WebFailure) {
    (received, total, validator) = (0, nil, nil)
    do { try handle.truncate(atOffset: 0) } catch {
      throw .storage(StorageFailure("cannot write", path, error))
    }
  }

  private func write(_ bytes: Data) throws(WebFailure) {
    let size = received + bytes.count
    if let expected = bounds.size, size > expected {
      throw .otherSize(errand, found: size, expected: expected)
    }
    guard size <= bounds.limit else { throw .tooLarge(errand, limit: bounds.limit) }
    do { try handle.write(contentsOf: bytes) } catch {
      throw .storage(StorageFailure("cannot write", path, error))
    }
    received = size
  }

  /// Refuses what is too large before it is there.
  private func check(_ announced: Int) throws(WebFailure) {
    if let size = bounds.size, announced != size {
      throw .otherSize(errand, found: announced, expected: size)
    }
    guard announced <= bounds.limit else { throw .tooLarge(errand, limit: bounds.limit) }
  }
}

extension HTTPClientResponse {
  /// What a later request may name this state of the file by.
  ///
  /// **Source:** RFC 9110, section 13.1.5: no weak tag tells whether bytes are the same.
  fileprivate var validator: String? {
    if let tag = headers.first(name: "etag"), !tag.hasPrefix("W/") { return tag }
    return headers.first(name: "last-modified")
  }

  /// Whether this is the rest from a byte on, of a file of as many bytes as before.
  fileprivate func continues(at start: Int, of total: Int?) -> Bool {
    guard let range = headers.first(name: "content-range"), range.hasPrefix("bytes ") else {
      return false
    }
    let numbers = range.dropFirst("bytes ".count).split { $0 == "-" || $0 == "/" }.map(String.init)
    guard numbers.count == 3, Int(numbers[0]) == start else { return false }
    return numbers[2] == "*" || Int(numbers[2]) == total
  }
}
