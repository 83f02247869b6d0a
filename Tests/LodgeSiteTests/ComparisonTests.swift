import Foundation
import LodgeModel
import LodgeRelease
import LodgeSite
import Testing

struct ComparisonTests {
  @Test func theTerminalTellsNewFailuresFirst() throws {
    try expectSnapshot(ComparisonText(try ComparisonSample.ordinary()).text, "comparison.txt")
  }

  @Test func aCommentTellsNewFailuresFirst() throws {
    try expectSnapshot(
      ComparisonMarkdown(try ComparisonSample.ordinary()).text, "comparison.md")
  }

  @Test func colourAddsNothingButEscapes() throws {
    let comparison = try ComparisonSample.ordinary()
    let coloured = ComparisonText(comparison, style: .ansi).text
    #expect(coloured.contains("\u{1B}[1;31mnew failures: 2\u{1B}[0m"))
    #expect(
      coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == ComparisonText(comparison).text)
  }

  @Test func programsReadAllOfItUnderOneSchema() throws {
    let bytes = try CanonicalJSON.encode(try ComparisonSample.ordinary())
    let object = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    #expect(object["schema"] as? String == "lodge.difference/1")
    #expect(
      Set(object.keys) == [
        "schema", "before", "after", "measurements", "unchanged", "onlyBefore", "onlyAfter",
        "outcomes", "cells", "packages", "evidence",
      ])
  }

  @Test(arguments: HostileSample.texts)
  func whatSetsSayCannotSteerATerminal(_ text: String) throws {
    let told = ComparisonText(try ComparisonSample.hostile(text)).text
    let steering = told.unicodeScalars.filter { scalar in
      scalar != "\n"
        && [.control, .format, .lineSeparator, .paragraphSeparator]
          .contains(scalar.properties.generalCategory)
    }
    #expect(steering.isEmpty)
  }

  /// Outside of code spans a comment has only what Lodge itself says, whatever packages are called.
  @Test(arguments: HostileSample.texts)
  func whatSetsSayStandsInCodeSpansAlone(_ text: String) throws {
    let told = ComparisonMarkdown(try ComparisonSample.hostile(text)).text
    let harmless = ComparisonMarkdown(try ComparisonSample.hostile("harmless")).text
    #expect(withoutCode(told) == withoutCode(harmless))
  }

  /// **Source:** CommonMark 0.31, section 6.1: a span ends at the first run of as many backticks.
  private func withoutCode(_ text: String) -> String {
    var rest = text.unicodeScalars[...]
    var outside = String.UnicodeScalarView()
    while let start = rest.firstIndex(of: "`") {
      outside += Array(rest[..<start]) + Array("CODE".unicodeScalars)
      let fence = rest[start...].prefix { $0 == "`" }
      rest = rest[fence.endIndex...]
      while let next = rest.firstIndex(of: "`") {
        let run = rest[next...].prefix { $0 == "`" }
        rest = rest[run.endIndex...]
        if run.count == fence.count { break }
      }
    }
    return String(outside + Array(rest))
  }

  @Test(arguments: [1, 100, 1000, 2000])
  func aCommentFitsWhateverHappened(_ count: Int) throws {
    let text = String(repeating: "long ", count: 40)
    let told = ComparisonMarkdown(try ComparisonSample.hostile(text, cells: count)).text
    #expect(told.utf8.count <= ComparisonMarkdown.limit)
    #expect(told.split(separator: "<details>").count == told.split(separator: "</details>").count)
    #expect(told.contains("new failures: \(count)"))
    #expect(count < 1000 || told.contains("which `lodge diff` prints"))
  }

  @Test func evidenceThatIsGoneIsSaid() throws {
    var comparison = try ComparisonSample.ordinary()
    comparison.evidence = EvidenceChanges(unknown: ["the store has none of trixie"])
    #expect(
      ComparisonText(comparison).text.contains(
        "evidence: not compared\n  - the store has none of trixie"))
    #expect(ComparisonMarkdown(comparison).text.contains("evidence: not compared"))
  }
}
