import Foundation
import Yams

extension YAMLValue {
  /// The value as JSON, with its keys sorted: numbers, true, false and null are themselves.
  func json() throws(MatrixFailure) -> String {
    let value = try plain()
    let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys]
    do {
      return String(
        decoding: try JSONSerialization.data(withJSONObject: value, options: options),
        as: UTF8.self)
    } catch {
      throw failure("it cannot be written as JSON")
    }
  }

  private func plain() throws(MatrixFailure) -> Any {
    switch node {
    case .scalar(let scalar):
      // What is quoted is a text, also where it looks like a number.
      guard scalar.style == .plain || scalar.style == .any else { return scalar.string }
      if let flag = node.bool { return flag }
      if let number = node.int { return number }
      if let number = node.float, number.isFinite { return number }
      return node.null == nil ? scalar.string : NSNull()
    case .sequence:
      return try list().map { item throws(MatrixFailure) in try item.plain() }
    case .mapping:
      let keys = try mapping()
      var object: [String: Any] = [:]
      for key in keys.keys { object[key] = try keys.required(key).plain() }
      return object
    case .alias: throw failure("aliases have no place here")
    }
  }
}
