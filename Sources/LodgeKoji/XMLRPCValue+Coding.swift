import Foundation
import LodgeXML

extension XMLRPCValue {
  /// The value as an element `value`; members of structures stand in the order of their names.
  var element: XMLElement {
    XMLElement("value", children: [typed])
  }

  private var typed: XMLElement {
    switch self {
    case .string(let text): XMLElement("string", text: text)
    case .integer(let number):
      XMLElement(Int32(exactly: number) == nil ? "i8" : "int", text: "\(number)")
    case .double(let number): XMLElement("double", text: "\(number)")
    case .boolean(let flag): XMLElement("boolean", text: flag ? "1" : "0")
    case .date(let text): XMLElement("dateTime.iso8601", text: text)
    case .data(let bytes): XMLElement("base64", text: bytes.base64EncodedString())
    case .array(let values):
      XMLElement("array", children: [XMLElement("data", children: values.map(\.element))])
    case .structure(let members):
      XMLElement(
        "struct",
        children: members.sorted { $0.key < $1.key }.map {
          XMLElement("member", children: [XMLElement("name", text: $0.key), $0.value.element])
        })
    case .null: XMLElement("nil")
    }
  }

  /// Reads an element `value`; one without a type is a string.
  ///
  /// - Throws: ``XMLRPCFailure`` for another element, an unknown type, or a text that is not of it.
  init(_ element: XMLElement) throws(XMLRPCFailure) {
    guard element.name == "value" else {
      throw XMLRPCFailure("\(element.name) stands where a value is expected")
    }
    guard let typed = element.children.first else {
      self = .string(element.text)
      return
    }
    guard element.children.count == 1 else { throw XMLRPCFailure("a value has two types") }
    // A server may write the extensions of Apache with their prefix.
    let type = typed.name.hasPrefix("ex:") ? String(typed.name.dropFirst(3)) : typed.name
    self = try Self.read(typed, type: type)
  }

  private static func read(
    _ element: XMLElement, type: String
  ) throws(XMLRPCFailure) -> XMLRPCValue {
    func required<Value>(_ value: Value?) throws(XMLRPCFailure) -> Value {
      guard let value else { throw XMLRPCFailure("\(element.text.prefix(40)) is no \(type)") }
      return value
    }
    switch type {
    case "string": return .string(element.text)
    case "int", "i1", "i2", "i4", "i8": return .integer(try required(Int64(element.text)))
    case "double", "float": return .double(try required(Double(element.text)))
    case "boolean": return .boolean(try required(["0": false, "1": true][element.text]))
    case "dateTime.iso8601": return .date(element.text)
    case "base64":
      return .data(
        try required(Data(base64Encoded: element.text, options: .ignoreUnknownCharacters)))
    case "array": return .array(try array(element))
    case "struct": return .structure(try structure(element))
    case "nil": return .null
    default: throw XMLRPCFailure("the type \(type.prefix(40)) is not known")
    }
  }

  private static func array(_ element: XMLElement) throws(XMLRPCFailure) -> [XMLRPCValue] {
    guard element.children.count == 1, element.children[0].name == "data" else {
      throw XMLRPCFailure("an array has no data")
    }
    var values: [XMLRPCValue] = []
    for child in element.children[0].children { values.append(try XMLRPCValue(child)) }
    return values
  }

  private static func structure(
    _ element: XMLElement
  ) throws(XMLRPCFailure) -> [String: XMLRPCValue] {
    var members: [String: XMLRPCValue] = [:]
    for member in element.children {
      guard member.name == "member", member.children.count == 2,
        member.children[0].name == "name"
      else { throw XMLRPCFailure("a struct has something other than members") }
      let name = member.children[0].text
      guard members[name] == nil else {
        throw XMLRPCFailure("the member \(name.prefix(40)) stands twice")
      }
      members[name] = try XMLRPCValue(member.children[1])
    }
    return members
  }
}

/// Why a document is no answer of XML-RPC.
package struct XMLRPCFailure: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
