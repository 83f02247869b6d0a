import LodgeModel
import LodgeSite
import Testing

struct MatrixTableTests {
  @Test func bookwormHasTwoTypes() throws {
    try expectSnapshot(MatrixTable(Results(sets: [Sample.bookworm()])).text, "bookworm.txt")
  }

  @Test func trixieOffersNoTDX() throws {
    try expectSnapshot(MatrixTable(Results(sets: [Sample.trixie()])).text, "trixie.txt")
  }

  @Test func sidFailsAtTheKernel() throws {
    try expectSnapshot(MatrixTable(Results(sets: [Sample.sid()])).text, "sid.txt")
  }

  @Test func severalSetsBeginWithAnOverview() throws {
    let sets = try [Sample.bookworm(), Sample.trixie(), Sample.sid()]
    try expectSnapshot(MatrixTable(Results(sets: sets)).text, "debian.txt")
  }

  @Test func colourAddsNothingButEscapes() throws {
    let results = try Sample.everything()
    let coloured = MatrixTable(results, style: .ansi).text
    #expect(coloured.contains("\u{1B}[1;31mFAIL\u{1B}[0m"))
    let stripped = coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    #expect(stripped == MatrixTable(results).text)
  }

  @Test(arguments: [100, 80])
  func noLineIsWiderThanAsked(width: Int) throws {
    var results = try Sample.everything()
    results.sets += try (0..<12).map { number in
      var set = try Sample.trixie()
      set.name = "candidate-\(number)-" + String(repeating: "x", count: number * 9)
      set.cells[0].outcome = .fail
      set.cells[0].reason = String(repeating: "/usr/lib", count: 40)
      return set
    }
    // The first line of a section holds the name of the set, whole, however long it is.
    let lines = MatrixTable(results, width: width).text.split(separator: "\n")
      .filter { !$0.hasPrefix("candidate-") }
    #expect(lines.filter { $0.count > width } == [])
  }

  @Test func whatPackagesSayCannotSteerTheTerminal() throws {
    var set = try Sample.sid()
    set.name = "sid\u{1B}]0;owned\u{07}"
    set.cells[0].findings[0].summary = "a\u{1B}[2Jb\nc\u{202E}d"
    let text = MatrixTable(Results(sets: [set, set])).text
    #expect(text.contains("a\u{FFFD}[2Jb c\u{FFFD}d"))
    #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{07}" || $0 == "\u{202E}" })
  }

  @Test func nothingJudgedIsSaid() throws {
    #expect(MatrixTable(Results(sets: [])).text == "no set was judged")
    var set = try Sample.trixie()
    (set.cells, set.support, set.notes) = ([], [], [])
    let text = MatrixTable(Results(sets: [set])).text
    #expect(text.contains("nothing was judged"))
    #expect(!text.contains(" pass\n"))
  }
}

struct TogetherTests {
  @Test(
    arguments: [
      ([Outcome.pass, .fail, .error], [Support.Answer.offered], Together.fail(1, of: 2)),
      ([.pass, .error, .blocked], [.offered], .error),
      ([.pass, .blocked], [.offered], .blocked),
      ([.pass, .notApplicable], [.offered, .unknown], .pass(notRun: 0)),
      ([.pass, .notRun, .notRun], [.offered], .pass(notRun: 2)),
      ([.pass], [.offered, .notOffered], .notOffered),
      ([], [.notOffered], .notOffered),
      ([.notRun, .notApplicable], [.offered], .notRun),
      ([.notApplicable], [.offered], .notApplicable),
      ([], [], .notRun),
    ])
  func worstNewsDecides(
    outcomes: [Outcome], answers: [Support.Answer], expected: Together
  ) throws {
    var set = try Sample.trixie()
    set.cells = outcomes.map {
      Cell(
        kind: .contract, id: "a.b", catalogue: nil, type: .tdx, stage: .packages, outcome: $0,
        reason: "it is so")
    }
    set.support = zip(Member.allCases, answers).map {
      Support(type: .tdx, member: $0, answer: $1, reason: "it is so")
    }
    #expect(Together(.tdx, in: set) == expected)
  }
}
