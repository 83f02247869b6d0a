import Foundation
import LodgeModel
import Testing

@testable import LodgeSite

/// What every page rests on: escaping, addresses, templates.
struct SitePagesTests {
  /// A browser sees scalars: a quote with a mark behind it is a quote.
  @Test func textNeverBecomesMarkup() {
    let hostile = "\"\u{301} onmouseover=\"x <\u{338}script>&'\u{0}\u{1B}[31m\u{7F}\r"
    let escaped = StrictMarkup().escapeText(hostile)
    for scalar in escaped.unicodeScalars {
      #expect(!"<>\"'".unicodeScalars.contains(scalar))
      #expect(scalar.value >= 0x20 && scalar.value != 0x7F)
    }
    #expect(escaped.hasPrefix("&quot;\u{301} onmouseover"))
    #expect(StrictMarkup().escapeText("plain\n\ttext") == "plain\n\ttext")
    #expect(StrictMarkup().escapeText("a&b") == "a&amp;b")
    // What turns the order of letters round, controls of C1, and what is no character.
    let unshowable = "a\u{202E}b\u{85}c\u{2066}d\u{FFFE}e\u{1FFFF}f\u{200F}g"
    let shown = "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e\u{FFFD}f\u{FFFD}g"
    #expect(StrictMarkup().escapeText(unshowable) == shown)
    let fine = "é ≠ 日本 😀 a\u{301} \u{A0}"
    #expect(StrictMarkup().escapeText(fine) == fine)
  }

  /// Whoever writes a template cannot forget it: each asks for strict escaping, and none goes round it.
  @Test func everyTemplateEscapesStrictly() throws {
    let templates = Templates.texts
    #expect(templates.count > 15)
    for (name, text) in templates {
      #expect(text.hasPrefix("{{% CONTENT_TYPE:LODGE}}\n"), "\(name)")
      #expect(!text.contains("{{{") && !text.contains("{{&"), "\(name)")
      #expect(!text.contains("style=") && !text.contains("onclick"), "\(name)")
      #expect(!text.contains("http://") && !text.contains("https://"), "\(name)")
      #expect(try text.matches(of: Regex("CONTENT_TYPE")).count == 1, "\(name)")
    }
  }

  /// Attributes are quoted wherever a value stands in them, or escaping would not hold.
  @Test func valuesStandInQuotes() throws {
    let bare = try Regex(#"=\{\{"#)
    for (name, text) in Templates.texts { #expect(!text.contains(bare), "\(name)") }
  }

  @Test func noTwoTextsHaveOneFileName() {
    let texts = [
      "", ".", "..", "../x", "a/b", "a~2f~b", "a", "A", "~", "index", "café", "cafe\u{301}", "[x]",
      String(repeating: "a", count: 300), String(repeating: "a", count: 301), "a b", "a%20b",
      "\u{0}",
    ]
    var names: Set<String> = []
    for text in texts {
      let name = text.fileName
      #expect(!name.isEmpty && !name.hasPrefix(".") && !name.contains("/"), "\(text)")
      #expect(name.utf8.count < 200 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(text)")
      #expect(names.insert(name).inserted, "\(text)")
    }
  }

  @Test func referencesLeadFromPageToPage() throws {
    let set = try #require(Digest(String(repeating: "ab", count: 32)))
    let cell = try #require(Digest(String(repeating: "cd", count: 32)))
    let half = String(repeating: "ab", count: 16)
    #expect(Address.set(set).html == "set/\(half)/index.html")
    #expect(Address.matrix.reference(to: .set(set), "sev") == "set/\(half)/index.html#sev")
    #expect(Address.cell(cell, of: set).reference(to: .matrix) == "../../index.html")
    let scenario = Address.scenario("sev/reset")
    #expect(scenario.reference(to: .scenario("tdx/a[b]")) == "../../scenario/tdx/a%5Bb%5D.html")
    #expect(Address.contract("R04", older: 2).html == "contract/R04~older~2.html")
  }

  /// Older pages never change what they hold when sets are added.
  @Test(arguments: [20, 150])
  func olderPagesKeepTheirSets(rows: Int) {
    let pagings = (0...900).map { Paging(rows: rows, count: $0) }
    for page in 1...3 {
      let held = pagings[600...].filter { $0.older >= page }.map { paging in
        paging.range(of: page).map { paging.count - $0 }
      }
      #expect(Set(held).count == 1)
    }
    for paging in pagings {
      let all = paging.all.flatMap { Array(paging.range(of: $0)) }
      #expect(all.sorted() == Array(0..<paging.count))
    }
  }

  /// What is written after a change, over what was written before it, is what all would be anew.
  @Test(arguments: [1, 2, 7, 45])
  func pagesOfAPromiseGrowAsIfWrittenAnew(step: Int) throws {
    var folder: [String: Data] = [:]
    for count in stride(from: step, through: 90, by: step) {
      let page = try Self.promise(of: count)
      for file in try page.files(touched: Set(0..<step)) { folder[file.path] = file.bytes }
      let anew = try page.files().map { ($0.path, $0.bytes) }
      #expect(folder == Dictionary(uniqueKeysWithValues: anew), "\(count) sets")
    }
    let page = try Self.promise(of: 95)
    let again = try page.files(touched: [80]).map(\.path)
    #expect(again.filter { $0.hasSuffix(".html") }.count == 2, "\(again)")
  }

  /// The page of a promise that so many sets keep.
  private static func promise(of sets: Int) throws -> PromisePage {
    let place = Outline.Place(
      kind: .contract, id: "a.b", type: .sev, platform: nil, stage: .packages)
    let began = (1...sets).map { Date(timeIntervalSince1970: 1_795_000_000 + 60 * Double($0)) }
    let numbers = (1...sets).reversed()
    let outline = Outline(
      sets: numbers.map { number in
        Outline.BuildSet(
          id: Digest(of: Data("\(number)".utf8)), names: ["sid"], seen: began[number - 1],
          packages: 1, support: [])
      }, places: [place],
      runs: Dictionary(
        uniqueKeysWithValues: numbers.map {
          (Int64($0), Outline.Run(lab: "local", began: began[$0 - 1]))
        }),
      entries: (1...sets).map { number in
        Outline.Entry(
          number: Int64(number), run: Int64(number), set: sets - number, place: 0, outcome: .pass)
      })
    struct None: CellPages { subscript(number: Int64) -> String? { nil } }
    let site = Site(SiteIndex(outline), contracts: [], scenarios: [])
    return PromisePage(site, site.promise(of: place), places: [0], pages: None())
  }

  @Test func badgesSayTheirVerdictInWords() throws {
    let svg = Badge(subject: "sid <&\"", verdict: "FAIL 3 of 61", tone: .bad).svg
    let text = try #require(String(data: Data(svg.utf8), encoding: .utf8))
    #expect(text.contains("aria-label=\"sid &lt;&amp;&quot;: FAIL 3 of 61\""))
    #expect(text.contains("<title>sid &lt;&amp;&quot;: FAIL 3 of 61</title>"))
  }
}
