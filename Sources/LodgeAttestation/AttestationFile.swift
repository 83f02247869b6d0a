package import Foundation

/// A file of signed statements: one envelope on each line.
///
/// **Source:** in-toto attestation v1, bundle.md.
package struct AttestationFile: Equatable, Sendable {
  package let envelopes: [Envelope]

  package init(_ envelopes: [Envelope]) { self.envelopes = envelopes }

  /// What the name of such a file ends in.
  package static let suffix = ".intoto.jsonl"

  /// Bytes, and lines, that are read at most.
  package static let limit = (bytes: 64 << 20, lines: 1000)

  /// The bytes of the file.
  package var bytes: Data { envelopes.reduce(into: Data()) { $0 += $1.line } }

  /// The lines of a file without their ends, and whether the last one has its end.
  static func lines(of file: Data) throws(AttestationFileFailure) -> (lines: [Data], isWhole: Bool)
  {
    guard !file.isEmpty else { throw .empty }
    guard file.count <= limit.bytes else { throw .tooLarge }
    var lines = file.split(
      separator: UInt8(ascii: "\n"), maxSplits: limit.lines + 1, omittingEmptySubsequences: false)
    let isWhole = lines.last?.isEmpty == true
    if isWhole { lines.removeLast() }
    guard lines.count <= limit.lines else { throw .tooManyLines }
    return (lines.map { Data($0) }, isWhole)
  }
}

/// Why a whole file cannot be read as signed statements.
package enum AttestationFileFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case empty
  case tooLarge
  case tooManyLines

  package var description: String {
    let limit = AttestationFile.limit
    return switch self {
    case .empty: "it is empty; get it again from who published it"
    case .tooLarge:
      "it has more than \(limit.bytes >> 20) MiB; is it a file of signed statements?"
    case .tooManyLines:
      "it has more than \(limit.lines) lines; is it a file of signed statements?"
    }
  }
}
