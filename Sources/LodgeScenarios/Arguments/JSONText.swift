import Foundation

/// A JSON value on a command line.
enum JSONText: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(String)
  case number(Double)
  case string(String)
  case array([JSONText])
  case object([String: JSONText])

  /// How the schema calls the type of the value.
  var typeName: String {
    switch self {
    case .null: "null"
    case .boolean: "boolean"
    case .integer: "int"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The text of a string; nil for any other value.
  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}

extension JSONText: Decodable {
  init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: AnyKey.self) {
      let pairs = try members.allKeys.map {
        ($0.stringValue, try members.decode(JSONText.self, forKey: $0))
      }
      self = .object(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
    } else if var elements = try? decoder.unkeyedContainer() {
      var values: [JSONText] = []
      while !elements.isAtEnd { values.append(try elements.decode(JSONText.self)) }
      self = .array(values)
    } else {
      self = try JSONText(scalar: try decoder.singleValueContainer())
    }
  }

  private init(scalar: any SingleValueDecodingContainer) throws {
    if scalar.decodeNil() {
      self = .null
    } else if let value = try? scalar.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? scalar.decode(Int64.self) {
      self = .integer("\(value)")
    } else if let value = try? scalar.decode(UInt64.self) {
      self = .integer("\(value)")
    } else if let value = try? scalar.decode(Double.self) {
      self = .number(value)
    } else {
      self = .string(try scalar.decode(String.self))
    }
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }
}
