package import Foundation

/// The one JSON spelling whose bytes are digested: sorted keys, plain slashes, a final newline.
package enum CanonicalJSON {
  /// Encodes a value so that equal values give equal bytes on every machine.
  ///
  /// - Throws: `EncodingError` for values that JSON cannot hold, such as NaN.
  package static func encode(_ value: some Encodable, pretty: Bool = true) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.dateEncodingStrategy = .iso8601
    return try encoder.encode(value) + Data("\n".utf8)
  }

  /// Decodes what ``encode(_:pretty:)`` wrote.
  ///
  /// - Throws: `DecodingError` naming the key that does not fit.
  package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value
  {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(type, from: data)
  }
}
