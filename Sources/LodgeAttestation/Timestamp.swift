package import Foundation

/// An instant as statements write it: UTC, in whole seconds, in one way.
///
/// **Source:** in-toto attestation v1, field_types.md, Timestamp.
package struct Timestamp: Codable, Equatable, Sendable {
  package let date: Date

  /// The last whole second that is not after a date.
  package init(_ date: Date) {
    self.date = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
  }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    // Foundation reads other zones and spellings, too.
    guard let date = try? Date(text, strategy: .iso8601), date.formatted(.iso8601) == text else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "\(text) is not written as 2026-01-31T12:00:00Z"))
    }
    self.date = date
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(date.formatted(.iso8601))
  }
}
