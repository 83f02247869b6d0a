import Foundation
import LodgeHost
import Testing

struct CommandTests {
  @Test func outputAndEndingComeBack() async throws {
    let finished = try await Command(
      "sh", ["-c", "cat; echo oops >&2; exit 3"], input: Data("in".utf8)
    )
    .run()
    #expect(finished.text == "in")
    #expect(finished.errors == "oops\n")
    #expect(finished.ending == .exited(3))
  }

  @Test func aSignalIsToldFromAnExit() async throws {
    #expect(try await Command("sh", ["-c", "kill -SEGV $$"]).run().ending == .killed(signal: 11))
  }

  @Test func aProgramThatIsNotThereIsNamed() async {
    await #expect(throws: CommandFailure.notFound("no-such-program")) {
      try await Command("no-such-program", []).run()
    }
  }

  @Test(.timeLimit(.minutes(3))) func aHangingProgramIsEnded() async {
    await #expect(throws: CommandFailure.deadline("sleep", .milliseconds(200))) {
      try await Command("sleep", ["900"], deadline: .milliseconds(200)).run()
    }
  }

  @Test func aFloodIsCutOff() async {
    await #expect(throws: CommandFailure.tooMuchOutput("yes", 1000)) {
      try await Command("yes", [], outputLimit: 1000).run()
    }
  }

  @Test func anExitThatIsNotZeroIsAFailureWhereSuccessIsWanted() async {
    await #expect(throws: CommandFailure.ended("sh", .exited(2), "why\n")) {
      try await Command("sh", ["-c", "echo why >&2; exit 2"]).succeed()
    }
  }
}
