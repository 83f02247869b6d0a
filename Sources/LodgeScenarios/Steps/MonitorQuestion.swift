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
    // The error of the parser says nothing that the text itself does not show.
    guard let object = try? JSONSerialization.jsonObject(with: Data(reply.utf8)) as? [String: Any]
    else { return .garbled(String(reply.prefix(200)).oneLine) }
    if let error = object["error"] as? [String: Any] {
      return .refused((error["desc"] as? String ?? "an error without a description").oneLine)
    }
    guard let answer = object["return"] else { return .garbled("a reply without an answer") }
    for path in returns.keys.sorted() {
      guard let pattern = returns[path] else { continue }
      let value = Self.text(at: path.split(separator: "/")[...], in: answer)
      guard let value else { return .differs("\(command) answers without \(path)") }
      guard pattern.matches(value) else {
        return .differs("\(command) answers \(path) with “\(value)”, not “\(pattern)”")
      }
    }
    return .fits
  }

  private static func text(at path: ArraySlice<Substring>, in value: Any) -> String? {
    guard let first = path.first else { return text(of: value) }
    if let object = value as? [String: Any] {
      return object[String(first)].flatMap { text(at: path.dropFirst(), in: $0) }
    }
    guard let list = value as? [Any], let place = Int(first), list.indices.contains(place) else {
      return nil
    }
    return text(at: path.dropFirst(), in: list[place])
  }

  private static func text(of value: Any) -> String? {
    if let text = value as? String { return text }
    let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys]
    // Only what was parsed is written again, so this cannot fail.
    let data = try? JSONSerialization.data(withJSONObject: value, options: options)
    return data.map { String(decoding: $0, as: UTF8.self) }
  }
}
