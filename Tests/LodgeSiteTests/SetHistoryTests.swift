import Foundation
import LodgeModel
import LodgeSite
import Testing

struct SetHistoryTests {
  private func row(_ letter: String, _ counts: [DomainType?: [Outcome: Int]]) throws
    -> SetHistory.Row
  {
    SetHistory.Row(
      id: try #require(Digest(String(repeating: letter, count: 64))), name: "sid",
      seen: Date(timeIntervalSince1970: 1_795_780_800), counts: counts)
  }

  @Test func eachSetIsARowWithTheWorstOfEachType() throws {
    let text = SetHistory([
      try row("a", [.sev: [.pass: 3], .tdx: [.fail: 1, .pass: 4, .notRun: 2], nil: [.error: 1]]),
      try row("b", [.sev: [.notRun: 1, .notApplicable: 2], .tdx: [.notApplicable: 2]]),
      try row("c", [.sev: [.blocked: 2, .pass: 1]]),
    ]).text
    #expect(
      text == """
        set  id            last run              SEV             TDX             set
        sid  aaaaaaaaaaaa  2026-11-27T12:00:00Z  pass            FAIL 1 of 5     error 1 of 1
        sid  bbbbbbbbbbbb  2026-11-27T12:00:00Z  not run         not applicable  -
        sid  cccccccccccc  2026-11-27T12:00:00Z  blocked 2 of 3  -               -
        """)
    #expect(SetHistory([]).text == "no set was recorded")
  }
}
