import Foundation
import LodgeModel
import LodgeSite
import LodgeTesting
import Testing

/// Each export as a reviewer reads it.
struct ExportSnapshotTests {
  private func debian() throws -> Results {
    Results(sets: [try Sample.bookworm(), try Sample.trixie(), try Sample.sid()])
  }

  @Test(arguments: ExportReader.allCases)
  func exportsAreWhatTheyWere(_ format: ExportReader) throws {
    let suffix = ["junit": "xml", "kcidb": "json", "tmt": "yaml", "markdown": "md"]
    let text = String(decoding: try format.export(debian()), as: UTF8.self)
    #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
    try expectSnapshot(
      String(text.dropLast()), "export-\(format.rawValue).\(suffix[format.rawValue] ?? "txt")")
  }

  @Test(arguments: ExportReader.allCases)
  func nothingJudgedIsNotGreen(_ format: ExportReader) throws {
    let text = String(decoding: try format.export(Results(sets: [])), as: UTF8.self)
    switch format {
    case .junit: #expect(text.contains("tests=\"0\""))
    case .tap: #expect(text == "TAP version 14\n1..0 # SKIP no set was judged\n")
    case .kcidb: #expect(text.contains("\"tests\" : [\n\n  ]"))
    case .tmt: #expect(text == "[]\n")
    case .markdown: #expect(text == "Lodge: no set was judged\n")
    }
  }

  @Test(arguments: [("lodge", true), ("a_1", true), ("", false), ("Lodge", false), ("a b", false)])
  func originsAreThoseOfTheSchema(_ name: String, isOne: Bool) throws {
    let origin = KCIDBReport.Origin(name)
    #expect((origin != nil) == isOne)
    guard let origin else { return }
    let json = try KCIDBReport(Results(sets: [Sample.trixie()]), origin: origin).json
    #expect(String(decoding: json, as: UTF8.self).contains("\"origin\" : \"\(name)\""))
  }

  /// An id is one run of a test, so another run must have other ids.
  @Test func anotherRunOfASetHasOtherTestsOfTheSameBuild() throws {
    struct Report: Decodable {
      struct Object: Decodable, Hashable { var id: String }
      var builds: [Object]
      var tests: [Object]
    }
    func report(_ set: Results.BuildSet) throws -> Report {
      try JSONDecoder().decode(Report.self, from: KCIDBReport(Results(sets: [set])).json)
    }
    var set = try Sample.trixie()
    let first = try report(set)
    set.cells[0].outcome = .fail
    let second = try report(set)
    #expect(first.builds == second.builds)
    #expect(Set(first.tests).isDisjoint(with: second.tests))
  }

  /// A comment that is too long is refused, and then nobody reads any of it.
  @Test func aCommentIsCutAndSaysSo() throws {
    var set = try Sample.sid()
    let red = set.cells[0]
    set.cells = (0..<400).map { number in
      var cell = red
      cell.findings[0].summary = "\(number) \(red.reason)"
      return cell
    }
    let text = MarkdownReport(Results(sets: [set, set])).text
    #expect(text.utf8.count < 65536)
    #expect(text.contains(#/\nAnd [0-9]+ more lines, which `lodge matrix` prints\n/#))
    #expect(text.contains("**FAIL**"))
  }
}

/// Each export as the programs read it that it is made for.
@Suite(.enabled(Comment(rawValue: ExportReader.missing)) { ExportReader.areThere })
struct ExportReaderTests {
  @Test(arguments: ExportReader.allCases)
  func everyCellStandsOnceUnderAnHonestWord(_ format: ExportReader) async throws {
    try await expectReaderAgrees(format, try Sample.everything())
    // Twice as many cells of each outcome as of the one before: no sum of others is the same.
    var set = try Sample.trixie()
    let cell = set.cells[0]
    set.cells = Outcome.allCases.enumerated().flatMap { number, outcome in
      var copy = cell
      copy.outcome = outcome
      return Array(repeating: copy, count: 1 << number)
    }
    try await expectReaderAgrees(format, Results(sets: [set]))
  }

  /// What tmt says of results by its exit code is what Lodge says by its own.
  @Test(arguments: Outcome.allCases)
  func tmtIsGreenWhereLodgeIs(_ outcome: Outcome) async throws {
    var set = try Sample.trixie()
    set.cells[1].outcome = outcome
    let results = Results(sets: [set])
    let counts = try await ExportReader.tmt.counts(of: ExportReader.tmt.export(results))
    #expect((counts["exit code"] ?? 0 == 0) == (results.exitCode == .green))
  }

  @Test(arguments: ExportReader.allCases)
  func hostileTextsStayTexts(_ format: ExportReader) async throws {
    let hostile = try HostileSample.results()
    try await expectReaderAgrees(format, hostile)
    #expect(try format.export(hostile) == format.export(hostile))
  }

  private func expectReaderAgrees(_ format: ExportReader, _ results: Results) async throws {
    let counts = try await format.counts(of: format.export(results))
    #expect(format.compared(counts) == format.compared(format.expected(of: results)))
  }
}

extension ExportReader {
  /// The export that this reader is for.
  fileprivate func export(_ results: Results) throws -> Data {
    switch self {
    case .junit: Data(JUnitReport(results).text.utf8)
    case .tap: Data(TAPReport(results).text.utf8)
    case .kcidb: try KCIDBReport(results).json
    case .tmt: Data(TMTResults(results).text.utf8)
    case .markdown: Data(MarkdownReport(results).text.utf8)
    }
  }
}
