import LodgeModel
import Testing

struct ExitCodeTests {
  @Test(
    arguments: [
      ([Outcome.pass], Results.ExitCode.green),
      ([.pass, .notApplicable], .green),
      ([.pass, .notRun], .green),
      ([.fail], .failed),
      ([.pass, .fail, .error, .notRun], .failed),
      ([.pass, .blocked], .failed),
      ([.error], .inError),
      ([.pass, .error, .blocked], .inError),
      ([], .nothingJudged),
      ([.notRun], .nothingJudged),
      ([.notApplicable], .nothingJudged),
      // What blocks it failed, wherever that was seen.
      ([.blocked, .notRun], .failed),
    ])
  func worstNewsDecides(outcomes: [Outcome], expected: Results.ExitCode) throws {
    #expect(try results([outcomes]).exitCode == expected)
  }

  @Test func oneRedSetIsEnough() throws {
    #expect(try results([[.pass], [.fail], [.pass]]).exitCode == .failed)
  }

  @Test func noSetsMeanNothingWasJudged() {
    #expect(Results(sets: []).exitCode == .nothingJudged)
  }

  @Test func numbersAreThoseThatScriptsRelyOn() {
    #expect(Results.ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3])
  }

  private func results(_ sets: [[Outcome]]) throws -> Results {
    let id = try #require(Digest(String(repeating: "0", count: 64)))
    return Results(
      sets: sets.map { outcomes in
        Results.BuildSet(
          id: id, name: "set", packages: 1,
          cells: outcomes.map {
            Cell(
              kind: .contract, id: "a.b", catalogue: nil, type: nil, stage: .packages, outcome: $0,
              reason: "it is so")
          })
      })
  }
}
