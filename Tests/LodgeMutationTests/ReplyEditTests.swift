import Foundation
import LodgeHost
import Testing

@testable import LodgeMutation

struct ReplyEditTests {
  private let conversation = Command.Finished(
    ending: .exited(0),
    output: Data(
      """
      {"QMP": {"version": {"qemu": {"micro": 1, "minor": 0, "major": 11}}}}
      {"return": {}}
      {"return": [{"name": "policy"}, {"name": "handle"}]}
      {"event": "SHUTDOWN"}
      {"return": [{"name": "policy"}]}

      """.utf8), errors: "")

  /// What is left of a conversation after an edit, a line for each message, and the changes.
  private func changed(by edit: ReplyEdit) throws -> ([String], Int) {
    let questions = """
      {"execute":"qmp_capabilities"}
      {"execute":"qom-list-properties","arguments":{"typename":"sev-guest"}}
      {"execute":"qom-list-properties","arguments":{"typename":"tdx-guest"}}

      """
    let interposed = try conversation.changed(by: [edit], arguments: ["-qmp"], Data(questions.utf8))
    return (interposed.0.text.split(separator: "\n").map(String.init), interposed.changes)
  }

  @Test func theAnswerToOneQuestionIsChanged() throws {
    let (lines, count) = try changed(
      by: ReplyEdit(command: "qom-list-properties", arguments: ["typename": "tdx-guest"]) {
        $0.elements.removeAll()
      })
    #expect(count == 1)
    #expect(lines[4] == #"{"return":[]}"#)
    #expect(lines[2] == #"{"return": [{"name": "policy"}, {"name": "handle"}]}"#)
  }

  @Test func theGreetingIsChanged() throws {
    let (lines, count) = try changed(
      by: ReplyEdit(command: "greeting") { $0["version"]?["qemu"]?["major"] = .number("10") })
    #expect(count == 1)
    #expect(lines[0].contains(#""major":10"#))
  }

  @Test func whatIsNotAskedIsNotChanged() throws {
    let (lines, count) = try changed(
      by: ReplyEdit(command: "query-machines") { $0.elements.removeAll() })
    #expect(count == 0)
    #expect(lines.count == 5)
  }
}
