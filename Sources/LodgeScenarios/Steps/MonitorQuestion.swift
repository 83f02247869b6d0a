import Foundation
package import LodgeModel

/// A QMP command with what its answer should hold.
package struct MonitorQuestion: Equatable, Sendable {
  package var command: String
  /// The arguments as JSON; nil for none.
  package var arguments: String?
  /// Patterns by path into the answer, such as `sev-type` or `0/props`.
  package var returns: [String: Glob]

  package init(_ command: String, arguments: String? = nil, returns: [String: Glob] = [:]) {
    (self.command, self.arguments, self.returns) = (command, arguments, returns)
  }

  /// The command as QEMU reads it.
  package var json: String {
    let arguments = arguments.map { ", \"arguments\": \($0)" } ?? ""
    return "{\"execute\": \"\(command)\"\(arguments)}"
  }

  /// What a reply is.
  package enum Reply: Equatable, Sendable {
    case fits
    /// It lacks something; the sentence says what.
    case differs(String)
    /// QEMU answered with an error.
    case refused(String)
    case garbled(String)
  }

  /// Reads QEMU's reply.
  package func judge(_ reply: String) -> Reply {
    // The decoder's error says nothing that the text itself does not show.
    guard reply.utf8.count <= 4 << 20,
      case .object(let members)? = try? JSONDecoder().decode(JSONText.self, from: Data(reply.utf8))
    else { return .garbled(reply.oneLine) }
    if case .object(let error)? = members["error"] {
      return .refused(error["desc"]?.scalar?.oneLine ?? "an error without a description")
    }
    guard let answer = members["return"] else { return .garbled("a reply without an answer") }
    for (path, pattern) in returns.sorted(by: { $0.key < $1.key }) {
      guard let value = answer.value(at: path.split(separator: "/")[...])?.scalar else {
        return .differs("\(command) answers without \(path)")
      }
      guard pattern.matches(value) else {
        return .differs("\(command) answers \(path) with “\(value)”, not “\(pattern)”")
      }
    }
    return .fits
  }
}

extension JSONText {
  fileprivate func value(at path: ArraySlice<Substring>) -> JSONText? {
    guard let first = path.first else { return self }
    switch self {
    case .object(let members): return members[String(first)]?.value(at: path.dropFirst())
    case .array(let elements):
      guard let place = Int(first), elements.indices.contains(place) else { return nil }
      return elements[place].value(at: path.dropFirst())
    default: return nil
    }
  }

  /// The value as a text; nil for objects and arrays.
  fileprivate var scalar: String? {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let digits): digits
    case .number(let value): "\(value)"
    case .string(let text): text
    case .array, .object: nil
    }
  }
}
