package import Foundation

/// A value as XML-RPC carries it, with Koji's null and its integers of 64 bits.
///
/// **Source:** the XML-RPC specification; koji/xmlrpcplus.py for `nil` and `i8`.
package enum XMLRPCValue: Equatable, Sendable {
  /// White space at both ends is lost where it is decoded.
  case string(String)
  case integer(Int64)
  case double(Double)
  case boolean(Bool)
  /// As it stands, such as `20261126T20:28:10`; of no time zone that is told.
  case date(String)
  case data(Data)
  case array([XMLRPCValue])
  case structure([String: XMLRPCValue])
  case null
}

extension XMLRPCValue {
  /// The member of a structure; null where it has none, or the value is no structure.
  package subscript(name: String) -> XMLRPCValue {
    guard case .structure(let members) = self else { return .null }
    return members[name] ?? .null
  }

  /// A text; nil for all else.
  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// An integer, also where the hub writes it as digits, as it does with sizes of files.
  package var integer: Int? {
    switch self {
    case .integer(let number): Int(exactly: number)
    case .string(let digits): Int(digits)
    default: nil
    }
  }

  /// A number of either kind.
  package var double: Double? {
    switch self {
    case .double(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }

  /// A truth value; nil for all else.
  package var boolean: Bool? {
    guard case .boolean(let flag) = self else { return nil }
    return flag
  }

  /// The values of an array; nil for all else.
  package var array: [XMLRPCValue]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  /// The members of a structure; nil for all else.
  package var structure: [String: XMLRPCValue]? {
    guard case .structure(let members) = self else { return nil }
    return members
  }
}
