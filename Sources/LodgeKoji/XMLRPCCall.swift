package import Foundation
import LodgeXML

/// One call of a method of a hub.
package struct XMLRPCCall: Equatable, Sendable {
  package var method: String
  package var arguments: [XMLRPCValue]
  /// Arguments that are told by their names.
  package var named: [String: XMLRPCValue]

  package init(
    _ method: String, _ arguments: [XMLRPCValue] = [], named: [String: XMLRPCValue] = [:]
  ) {
    (self.method, self.arguments, self.named) = (method, arguments, named)
  }

  /// The arguments as they are sent: those with names come last, in a structure with a mark.
  ///
  /// **Source:** `encode_args` in koji/__init__.py.
  package var parameters: [XMLRPCValue] {
    guard !named.isEmpty else { return arguments }
    return arguments + [.structure(named.merging(["__starstar": .boolean(true)]) { $1 })]
  }

  /// The call as a document.
  package var document: Data {
    let call = XMLElement(
      "methodCall",
      children: [
        XMLElement("methodName", text: method),
        XMLElement(
          "params", children: parameters.map { XMLElement("param", children: [$0.element]) }),
      ])
    return Data("<?xml version='1.0'?>\n\(call.document)".utf8)
  }
}

/// What a hub answers to a call.
package enum XMLRPCAnswer: Equatable, Sendable {
  case value(XMLRPCValue)
  case fault(XMLRPCFault)

  /// What a document may hold: a large tag lists some thousand builds of some hundred elements.
  package static let byteLimit = 64 << 20
  private static let bounds = XMLElement.Bounds(bytes: byteLimit, elements: 4_000_000)

  /// Reads a document.
  ///
  /// - Throws: ``XMLRPCFailure`` where it is no answer.
  package init(_ document: Data) throws(XMLRPCFailure) {
    let root: XMLElement
    do {
      root = try XMLElement(
        parsing: String(decoding: document, as: UTF8.self), within: Self.bounds)
    } catch {
      throw XMLRPCFailure("\(error)")
    }
    guard root.name == "methodResponse", let content = root.children.first,
      root.children.count == 1
    else { throw XMLRPCFailure("the document has no answer") }
    let place = content.name == "fault" ? content : content.children.first
    guard ["params", "fault"].contains(content.name), let place, place.children.count == 1 else {
      throw XMLRPCFailure("the document has no value")
    }
    let value = try XMLRPCValue(place.children[0])
    guard content.name == "fault" else {
      self = .value(value)
      return
    }
    guard let fault = XMLRPCFault(value) else { throw XMLRPCFailure("a fault has no code") }
    self = .fault(fault)
  }
}

/// A call that a hub refuses or fails at.
package struct XMLRPCFault: Equatable, Sendable {
  package var code: Int
  package var text: String

  package init(code: Int, text: String) { (self.code, self.text) = (code, text) }

  /// Nil where the value is no fault.
  init?(_ value: XMLRPCValue) {
    guard let code = value["faultCode"].integer else { return nil }
    self.init(code: code, text: value["faultString"].string ?? "")
  }
}
