import Foundation
import LodgeModel
import LodgeRelease
import Testing

struct BisectionTests {
  /// A contract through sets, one letter each: good, bad, not applicable, error, x for nothing.
  private func history(_ letters: String) -> Bisection.History {
    let outcomes: [Character: Outcome] = [
      "g": .pass, "b": .fail, "a": .notApplicable, "e": .error, "n": .notRun, "k": .blocked,
    ]
    return Bisection.History(
      claim: Claim(of: Sample.contract("R1")), stage: .packages,
      outcomes: letters.map { outcomes[$0] })
  }

  @Test(arguments: [
    ("ggbb", Bisection.Standing.broke, Int?.some(1), ClosedRange<Int>?.some(2...2)),
    ("gnxb", .broke, 0, 1...3), ("ab", .broke, 0, 1...1), ("ggbbn", .broke, 1, 2...2),
    ("gbg", .recovered, 0, 1...1), ("gbgb", .broke, 2, 3...3), ("bgkb", .broke, 1, 2...3),
    ("bbb", .alwaysBad, nil, nil), ("nbe", .alwaysBad, nil, nil), ("gag", .alwaysGood, nil, nil),
    ("bg", .recovered, nil, nil), ("nxe", .neverJudged, nil, nil), ("", .neverJudged, nil, nil),
  ])
  func theFirstBadSetIsFound(
    _ letters: String, _ standing: Bisection.Standing, _ good: Int?, _ bad: ClosedRange<Int>?
  ) {
    let history = history(letters)
    #expect(history.standing == standing)
    #expect(history.breakage?.from == good && history.breakage?.candidates == bad)
  }

  private func words(_ change: Bisection.Change) -> String {
    "\(change.from) to \(change.to): \(change.becomes)"
  }

  @Test func flappingListsEveryChange() {
    let history = history("gnbgxbb")
    #expect(history.isFlapping)
    #expect(history.changes.map(words) == ["0 to 2: bad", "2 to 3: good", "3 to 5: bad"])
    #expect(history.changes.map { Array($0.unknown) } == [[1], [], [4]])
    #expect(!self.history("ggb").isFlapping && !self.history("gg").isFlapping)
  }

  @Test func setsBehindTheNewestJudgementAreNamed() {
    #expect(history("gbnx").unjudgedSince == [2, 3])
    #expect(history("nx").unjudgedSince == [0, 1])
    #expect(history("gb").unjudgedSince == [])
  }

  private func sets(_ cells: [[Cell]]) -> [Bisection.Recorded] {
    zip("abcdef", cells).map { Bisection.Recorded(id: Sample.digest($0), cells: $1) }
  }

  @Test func cellsThatFitAreFollowed() {
    let recorded = sets([
      [Sample.contract("R01"), Sample.scenario("sev/launch[a]")], [],
      [
        Sample.contract("R01", .fail), Sample.contract("R01", .fail, type: .sev),
        Sample.scenario("sev/launch[a]", .fail),
      ],
    ])
    let all = Bisection(of: "sid", recorded, asking: .init("*"))
    #expect(all.sets == recorded.map(\.id) && all.histories.count == 3)
    #expect(all.spans.map(words) == ["0 to 2: bad"])
    let byNumber = Bisection(of: "sid", recorded, asking: .init("R01", type: .tdx))
    #expect(byNumber.histories.map(\.outcomes) == [[.pass, nil, .fail]])
    let byId = Bisection(of: "sid", recorded, asking: .init("kernel.*"))
    #expect(byId.histories.count == 2)
    let scenario = Bisection(of: "sid", recorded, asking: .init("sev/launch"))
    #expect(scenario.histories.map(\.claim.id) == ["sev/launch[a]"])
    #expect(Bisection(of: "sid", recorded, asking: .init("R02")).histories.isEmpty)
  }

  @Test func programsReadWhereItBroke() throws {
    let bisection = Bisection(
      of: "sid", sets([[Sample.contract("R01")], [], [Sample.contract("R01", .fail)]]),
      asking: .init("R01"))
    let document = BisectionDocument([.init(bisection, packages: [:])])
    let object = try #require(
      try JSONSerialization.jsonObject(with: CanonicalJSON.encode(document)) as? [String: Any])
    #expect(object["schema"] as? String == "lodge.bisection/1")
    let name = try #require((object["names"] as? [[String: Any]])?.first)
    let cell = try #require((name["cells"] as? [[String: Any]])?.first)
    #expect(cell["lastGood"] as? String == "\(Sample.digest("a"))")
    #expect(
      cell["firstBad"] as? [String] == ["\(Sample.digest("b"))", "\(Sample.digest("c"))"])
    #expect(cell["standing"] as? String == "broke" && cell["isFlapping"] as? Bool == false)
    let change = try #require((cell["changes"] as? [[String: Any]])?.first)
    #expect(change["unknown"] as? [String] == ["\(Sample.digest("b"))"])
  }
}
