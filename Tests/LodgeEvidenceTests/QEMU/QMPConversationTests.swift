import Foundation
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

@testable import LodgeEvidence

/// Conversations with programs that stand in for QEMU and misbehave as broken builds do.
struct QMPConversationTests {
  private let folder: TemporaryFolder

  /// Makes a root that has a shell and what it needs, in which scripts play QEMU.
  init() async throws {
    folder = try TemporaryFolder()
    try await folder.addShell()
  }

  private func answers(
    of script: String, deadline: Duration = .seconds(120)
  ) async throws -> QMPAnswers {
    try folder.write("#!/bin/sh\n\(script)\n", to: "usr/bin/qemu-system-x86_64", mode: 0o755)
    return try await QMPAnswers(
      askingQEMU: "/usr/bin/qemu-system-x86_64", in: Sandbox(root: folder.path), deadline: deadline)
  }

  private let greeting =
    #"{"QMP": {"version": {"qemu": {"micro": 3, "minor": 1, "major": 11}, "package": "x"}, "capabilities": []}}"#

  @Test(arguments: [
    ("kill -SEGV $$", "died of signal"), ("exit 1", "exit code 1 without a QMP greeting"),
    ("echo 'no such option: -qmp' >&2; exit 1", "it said: no such option: -qmp"),
    ("echo garbage", "no QMP greeting but “garbage”"),
  ])
  func aBrokenQEMUIsNamedWithWhatItDid(_ script: String, _ words: String) async throws {
    let failure = await #expect(throws: QMPFailure.self) {
      _ = try await answers(of: script)
    }
    let text = "\(try #require(failure))"
    #expect(text.contains("/usr/bin/qemu-system-x86_64") && text.contains(words), "\(text)")
  }

  @Test(arguments: [
    "echo garbage; while read a; do :; done", "while read a; do :; done",
    "while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done",
  ])
  func aQEMUThatDoesNotComeToAnEndIsGivenUp(_ script: String) async throws {
    let failure = await #expect(throws: QMPFailure.self) {
      _ = try await answers(of: script, deadline: .seconds(2))
    }
    #expect("\(try #require(failure))".contains("gave no QMP answers"))
  }

  @Test func aQEMUThatDiesHalfWayIsNamedWithTheQuestion() async throws {
    let failure = await #expect(throws: QMPFailure.self) {
      _ = try await answers(
        of: "echo '\(greeting)'; echo '{\"return\": {}}'; read a; kill -ABRT $$")
    }
    #expect("\(try #require(failure))".contains("without an answer to query-qmp-schema"))
  }

  @Test func aRefusedQuestionIsNamedWithTheRefusal() async throws {
    let refusal = #"{"error": {"class": "GenericError", "desc": "not today"}}"#
    let failure = await #expect(throws: QMPFailure.self) {
      _ = try await answers(
        of: "echo '\(greeting)'; echo '{\"return\": {}}'; while read a; do echo '\(refusal)'; done")
    }
    #expect("\(try #require(failure))".contains("query-qmp-schema was refused: not today"))
  }

  @Test func aWholeConversationNeedsNoEndOfQEMU() async throws {
    let answered = try await answers(
      of: """
        echo '\(greeting)'
        while read line; do
          case "$line" in
            *capabilities*) echo '{"return": {}}' ;;
            *) echo '{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "RESUME"}'
               echo '{"return": []}' ;;
          esac
        done
        """)
    #expect(answered.version.qemu.major == 11)
    #expect(answered.types.isEmpty && answered.properties.isEmpty)
  }
}
