import Foundation
import LodgeHost

/// A change of what QEMU answers to one command of its monitor, or to one option.
struct ReplyEdit: Sendable {
  /// The name of the command, such as `qom-list-properties`, or the option, such as `-dump-vmstate`.
  let command: String
  /// What its arguments must say; empty where any are meant.
  var arguments: [String: String] = [:]
  /// The part of the answer that is changed: what is returned, or the error.
  var part = "return"
  /// Changes that part.
  let change: @Sendable (inout JSONTree) throws -> Void
}

extension Command.Finished {
  /// A conversation with QEMU, as it were with other answers; and how many of them are others.
  ///
  /// The arguments and the input are those that QEMU was given.
  ///
  /// - Throws: ``StaleEdit`` where an answer has not what is to be changed.
  func changed(
    by edits: [ReplyEdit], arguments: [String], _ input: Data
  ) throws(StaleEdit) -> (Command.Finished, changes: Int) {
    let ofOptions = edits.filter { arguments.contains($0.command) }
    guard ofOptions.isEmpty else {
      let old = try JSONTree(output)
      var new = old
      for edit in ofOptions { try edit.apply(to: &new) }
      var copy = self
      copy.output = Data(new.text().utf8)
      return (copy, new == old ? 0 : 1)
    }
    let questions = input.split(separator: UInt8(ascii: "\n")).compactMap {
      try? JSONTree(Data($0))
    }
    guard !questions.isEmpty, arguments.contains("-qmp") else { return (self, 0) }
    var (lines, changes, answered) = ([Data](), 0, 0)
    for line in output.split(separator: UInt8(ascii: "\n")) {
      guard
        line.starts(with: Data("{\"return\"".utf8)) || line.starts(with: Data("{\"error\"".utf8))
      else {
        // The greeting answers a question that nobody asks.
        let edits = edits.filter { $0.command == "greeting" }
        guard !edits.isEmpty, line.starts(with: Data("{\"QMP\"".utf8)) else {
          lines.append(Data(line))
          continue
        }
        lines.append(try Self.changed(Data(line), by: edits, &changes))
        continue
      }
      let question = answered < questions.count ? questions[answered] : .null
      answered += 1
      let fitting = edits.filter { $0.fits(question) }
      lines.append(try Self.changed(Data(line), by: fitting, &changes))
    }
    var copy = self
    copy.output = Data(lines.joined(separator: Data("\n".utf8)) + Data("\n".utf8))
    return (copy, changes)
  }

  private static func changed(
    _ line: Data, by edits: [ReplyEdit], _ changes: inout Int
  ) throws(StaleEdit) -> Data {
    guard !edits.isEmpty else { return line }
    let old = try JSONTree(line)
    let key = old["return"] == nil ? (old["QMP"] == nil ? "error" : "QMP") : "return"
    guard var value = old[key] else { return line }
    for edit in edits where edit.part == key || key == "QMP" { try edit.apply(to: &value) }
    var new = old
    new[key] = value
    if new != old { changes += 1 }
    return Data(new.text().utf8)
  }
}

extension ReplyEdit {
  fileprivate func apply(to value: inout JSONTree) throws(StaleEdit) {
    do { try change(&value) } catch {
      throw StaleEdit("answer to \(command): \(error)")
    }
  }

  fileprivate func fits(_ question: JSONTree) -> Bool {
    guard question["execute"]?.text == command else { return false }
    return arguments.allSatisfy { question["arguments"]?[$0]?.text == $1 }
  }
}
