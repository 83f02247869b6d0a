import Foundation
import LodgeModel

/// Results in which every text that packages and matrix files can choose is meant to do harm.
enum HostileSample {
  /// What texts try.
  static let texts = [
    "", " ", ".", "..", "../../etc/passwd", "/close\n/merge", "\r\n", "\n",
    "\u{0}\u{1}\u{8}\u{B}\u{1B}[2J\u{1F}\u{7F}\u{85}\u{FFFE}\u{FFFF}\u{1FFFE}\u{10FFFF}",
    "\u{202E}\u{2028}\u{2029}\u{FEFF}\u{200B}\u{AD}\u{E0001}",
    "]]></failure></testcase><testcase name=\"x\"/> <!-- & &amp; &#0; ' \"",
    "line\nnot ok 999 - x\n1..5\nBail out!\nTAP version 13\npragma +strict",
    "x # SKIP no # TODO yes \\# TODO \\\\# skip \\",
    "# TODO", "#TODO", "\\", "\"", "'", "\\\"",
    "- a: {b: [c]} | > @ ` % ! & * ? \"\\u0000\"\n---\n...\n\t- *alias !tag",
    "` `` ```` ~~~\n```\n````text", "`", "``", "`a", "a`", "|", "\\|", "\\\\|", "a|b|c",
    "<img src=x onerror=alert(1)> <b> @everyone #1 !2 ~bug %1 $1 &1 GH-1 https://x.test www.x.test",
    "[a](javascript:b) ![c](d) **e** _f_ <https://g.test> :smile: | --- |",
    "<\u{301}&\u{301}\"\u{301}#\u{301}|\u{301}`\u{301}\\\u{301}@\u{301}\u{301}", "\u{301}",
    "é漢\u{1F600}\u{1F468}\u{200D}\u{1F469}", "kernel: says: it", "true", "null", "~", "1e3",
    String(repeating: "/usr/lib", count: 2100), String(repeating: "word `a` ", count: 200),
    String(repeating: "`", count: 500),
  ]

  /// A set of each text, all that it says made of it, with a cell of each outcome; then one again.
  static func results() throws -> Results {
    let sets = try texts.enumerated().map { try set($0.offset, $0.element) }
    return Results(sets: sets + [sets[12], sets[12]])
  }

  private static func set(_ number: Int, _ text: String) throws -> Results.BuildSet {
    let like = try Sample.sid()
    let byte = String(number + 16, radix: 16)
    // Long texts take long, and are cut alike whatever the outcome.
    let outcomes = text.count > 10_000 ? [Outcome.fail] : Outcome.allCases
    let cells = outcomes.flatMap { outcome in
      [cell(.contract, text, outcome), cell(.scenario, text, outcome)]
    }
    return Results.BuildSet(
      id: Digest(String(repeating: byte, count: 32)) ?? like.id, name: text, packages: number,
      acceptExpired: [.init(suite: text, validUntil: Date(timeIntervalSince1970: 0))],
      support: Member.allCases.map {
        Support(type: .tdx, member: $0, answer: .offered, reason: text)
      },
      cells: cells + cells.prefix(1), notes: [text])
  }

  private static func cell(_ kind: Cell.Kind, _ text: String, _ outcome: Outcome) -> Cell {
    var finding = Finding(
      .fail, text, where: text, sides: [.init(who: text, says: text)], remedy: text)
    finding.knownCase = text
    return Cell(
      kind: kind, id: text, catalogue: kind == .contract ? text : nil, type: .tdx,
      platform: text, stage: .launch, outcome: outcome, reason: text, layer: .kernel,
      findings: [finding, Finding(.warn, text, where: ""), Finding(.info, text, where: text)],
      seconds: 1e10)
  }
}
