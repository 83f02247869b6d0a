package import Foundation
package import LodgeModel

/// Runs of labs in one file, each signed by its lab, with all contents that they name.
///
/// A file is lines of JSON: a header, then an envelope for each run, then the contents in the order of
/// their digests. There is one spelling of each line, so that a changed byte is noticed wherever it is.
package struct RunBundle: Sendable {
  /// What the envelopes of runs hold.
  package static let payloadType = "application/vnd.lodge.run+json"
  /// The version of the file's shape.
  package static let currentSchema = "lodge.bundle/1"
  /// Bytes of a file and of one content, and runs, that are read at most.
  package static let limit = (bytes: 1 << 30, content: 32 << 20, runs: 10_000)

  package let runs: [Envelope]
  package let contents: [Digest: Data]

  package init(runs: [Envelope], contents: [Digest: Data]) {
    (self.runs, self.contents) = (runs, contents)
  }

  /// The bytes of the file.
  package var bytes: Data {
    var bytes = Header(
      schema: Self.currentSchema, runs: runs.count, contents: contents.count
    ).line
    for run in runs { bytes += run.line }
    for (digest, content) in contents.sorted(by: { $0.key < $1.key }) {
      bytes += Content(bytes: content.base64EncodedString(), digest: digest).line
    }
    return bytes
  }

  /// Reads a file; who signed is another question.
  ///
  /// - Throws: ``RunBundleFailure`` naming the line.
  package init(reading file: Data) throws(RunBundleFailure) {
    guard file.count <= Self.limit.bytes else { throw .tooLarge }
    var lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count > 1, lines.removeLast().isEmpty else { throw .cut }
    guard let first = lines.first,
      let header = try? CanonicalJSON.decode(Header.self, from: Data(first))
    else { throw .noBundle }
    guard header.schema == Self.currentSchema else { throw .otherSchema(header.schema) }
    guard header.line.dropLast() == first else { throw .otherSpelling(line: 1) }
    guard (0...Self.limit.runs).contains(header.runs), header.contents >= 0,
      lines.count - 1 == header.runs + header.contents
    else { throw .otherCount(header.runs, header.contents, lines: lines.count - 1) }
    var runs: [Envelope] = []
    for (number, line) in lines.enumerated().dropFirst().prefix(header.runs) {
      do throws(EnvelopeFailure) { runs.append(try Envelope(reading: Data(line))) } catch {
        throw .envelope(line: number + 1, error)
      }
    }
    var contents: [Digest: Data] = [:]
    var last: Digest?
    for (number, line) in lines.enumerated().dropFirst(1 + header.runs) {
      let content = try Content(reading: Data(line), number: number + 1)
      guard last.map({ $0 < content.digest }) != false else {
        throw .otherOrder(line: number + 1)
      }
      last = content.digest
      contents[content.digest] = content.data
    }
    self.init(runs: runs, contents: contents)
  }

  private struct Header: Codable {
    var schema: String
    var runs: Int
    var contents: Int

    // Strings and numbers are all there is in it, which JSON always can encode.
    var line: Data { (try? CanonicalJSON.encode(self, pretty: false)) ?? Data() }
  }

  private struct Content: Codable {
    var bytes: String
    var digest: Digest

    var line: Data { (try? CanonicalJSON.encode(self, pretty: false)) ?? Data() }
    var data: Data { Data(base64Encoded: bytes) ?? Data() }

    init(bytes: String, digest: Digest) { (self.bytes, self.digest) = (bytes, digest) }

    init(reading line: Data, number: Int) throws(RunBundleFailure) {
      guard line.count <= RunBundle.limit.content,
        let read = try? CanonicalJSON.decode(Self.self, from: line)
      else { throw .noContent(line: number) }
      self = read
      guard self.line.dropLast() == line, data.base64EncodedString() == bytes else {
        throw .otherSpelling(line: number)
      }
      guard Digest(hashing: data) == digest else {
        throw .otherContent(line: number, digest)
      }
    }
  }
}

/// Why a file is no bundle of runs that can be read, and at which line.
package enum RunBundleFailure: Error, Equatable, CustomStringConvertible {
  case tooLarge
  case cut
  case noBundle
  case otherSchema(String)
  case otherSpelling(line: Int)
  case otherCount(Int, Int, lines: Int)
  case envelope(line: Int, EnvelopeFailure)
  case noContent(line: Int)
  case otherContent(line: Int, Digest)
  case otherOrder(line: Int)

  package var description: String {
    let again = "get the file again from who exported it"
    return switch self {
    case .tooLarge: "it has more than a gibibyte; is it a bundle?"
    case .cut: "it ends in the middle of a line, or is empty; \(again)"
    case .noBundle: "it is no bundle of runs; lodge export writes one"
    case .otherSchema(let schema):
      "it is of schema \(schema.prefix(40).debugDescription), and this Lodge reads"
        + " \(RunBundle.currentSchema); import it with the Lodge that wrote it, or a newer one"
    case .otherSpelling(let line):
      "line \(line) is not written as Lodge writes it: somebody changed it; \(again)"
    case .otherCount(let runs, let contents, let lines):
      "it says that it has \(runs) runs and \(contents) contents, and has \(lines) lines of them;"
        + " \(again)"
    case .envelope(let line, let failure): "line \(line): \(failure)"
    case .noContent(let line): "line \(line) holds no content: it was changed; \(again)"
    case .otherContent(let line, let digest):
      "line \(line) does not hold what \(digest.short) is the digest of: it was changed; \(again)"
    case .otherOrder(let line): "line \(line) is not in the order of the digests; \(again)"
    }
  }
}
