import LodgeModel
import Testing

/// Answers of two sets, side by side.
struct LibvirtAnswersTests {
  private func answer(
    _ value: String, in scenario: String = "sev/a", of type: DomainType = .sev,
    asking domain: String = "<domain/>"
  ) -> LibvirtAnswer {
    LibvirtAnswer(
      scenario: scenario, platform: "milan", type: type, question: .arguments(domain: domain),
      parts: ["-cpu": ["value": value]])
  }

  private func launches(_ now: [LibvirtAnswer], _ before: [LibvirtAnswer]) -> SetLaunches {
    SetLaunches([], before: .init(name: "sid 1", launches: [], answers: before), answers: now)
  }

  @Test func aChangeThatManyShowIsToldOnce() {
    let changed = launches(
      [answer("max"), answer("max", in: "sev/b"), answer("host", in: "sev/c")],
      ["sev/a", "sev/b", "sev/c"].map { answer("host", in: $0) }
    ).changedAnswers
    #expect(changed.map(\.change.now) == ["max"])
    #expect(changed.first?.answers.map(\.scenario) == ["sev/a", "sev/b"])
  }

  @Test func onlyEqualQuestionsAreCompared() {
    let other = launches([answer("max")], [answer("host", asking: "<other/>")])
    #expect(other.changedAnswers.isEmpty && !other.hasComparableAnswers)
    #expect(launches([answer("host")], [answer("host")]).hasComparableAnswers)
  }

  @Test func aTypeHasTheAnswersOfItsOwn() {
    let own = launches(
      [answer("max"), answer("max", of: .tdx)], [answer("host"), answer("host", of: .tdx)]
    ).of(.tdx)
    #expect(own.answers.map(\.type) == [.tdx] && own.before?.answers.map(\.type) == [.tdx])
    #expect(!own.isEmpty && own.changedAnswers.count == 1)
  }
}
