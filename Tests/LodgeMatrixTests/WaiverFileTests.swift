import Foundation
import LodgeMatrix
import LodgeModel
import LodgeRelease
import LodgeTesting
import Testing

struct WaiverFileTests {
  private let good = """
    contract: kernel.vm-type-numbers
    type: tdx
    platform: intel-*
    stage: packages
    for: {package: qemu-system-x86, from: "1:10.0", below: "1:10.1"}
    seen: ["fail: QEMU takes 5"]
    reason: the next QEMU mends it
    issue: https://bugs.example/1
    author: A <a@example>
    approver: B <b@example>
    created: 2026-11-27T12:00:00Z
    expires: 2026-12-31
    """

  private func waiver(_ text: String) throws(MatrixFailure) -> Waiver {
    try Waiver(yaml: text, file: "Matrices/waivers/numbers.yaml")
  }

  @Test func theWholeGrammarIsRead() throws {
    #expect(
      try waiver(good)
        == Waiver(
          id: "numbers",
          cell: CellPattern(
            .contract, "kernel.vm-type-numbers", type: .tdx, platform: "intel-*",
            stage: .packages),
          scope: .package(name: "qemu-system-x86", from: "1:10.0", below: "1:10.1"),
          seen: [FailureSign("fail: QEMU takes 5")], reason: "the next QEMU mends it",
          issue: "https://bugs.example/1", author: "A <a@example>", approver: "B <b@example>",
          created: try #require(Date(utc: "2026-11-27T12:00:00Z")),
          expires: try #require(Date(utc: "2026-12-31"))))
  }

  /// Words that trip careless writers of YAML.
  private static let traps = [
    "plain", "yes", "1.0", "a: b", "# no comment", "\"quoted\" 'both'", "{map: 1}", "- item",
    "tab\tand\nnewline", "trailing ", "ünïcode ✓", "back\\slash", "&anchor *alias", "%", "@x",
    String(repeating: "long words ", count: 40) + "end",
  ]

  private static let scopes: [Waiver.Scope] =
    [.untilFixed, .package(name: "qemu", from: nil, below: "1:2~rc1")]
    + [Digest(bytes: Array(repeating: 11, count: 32))].compactMap(\.self).map { .set($0) }

  @Test(arguments: traps, scopes)
  func whatIsWrittenIsReadAgain(_ text: String, _ scope: Waiver.Scope) throws {
    let waiver = Waiver(
      id: "numbers", cell: CellPattern(.scenario, "sev/policy[none]"), scope: scope,
      seen: [FailureSign(text), FailureSign("fail: \(text)")], reason: text,
      issue: "https://bugs.example/1", author: text, approver: nil,
      created: Date(timeIntervalSince1970: 1_795_780_800),
      expires: Date(timeIntervalSince1970: 1_795_780_801))
    #expect(try self.waiver(waiver.yaml) == waiver)
  }

  @Test(arguments: [
    ("contract:", "contrakt:", "did you mean contract?"),
    ("kernel.vm-type-numbers", "\"*\"", "would waive everything"),
    ("type: tdx", "type: tdy", "did you mean tdx?"),
    ("stage: packages", "scenario: sev/policy", "one contract: or one scenario:"),
    ("contract: kernel.vm-type-numbers\n", "", "one contract: or one scenario:"),
    ("expires: 2026-12-31", "", "the key expires is missing"),
    ("expires: 2026-12-31", "expires: 2026-11-27", "before it was created"),
    ("expires: 2026-12-31", "expires: never", "no instant"),
    ("reason: the next QEMU mends it", "", "the key reason is missing"),
    ("author: A <a@example>", "author: ", "a text is expected"),
    ("https://bugs.example/1", "bug 1", "an issue is an address"),
    ("seen: [\"fail: QEMU takes 5\"]", "seen: []", "whatever comes"),
    ("from: \"1:10.0\", below: \"1:10.1\"", "beyond: 3", "unknown key beyond"),
    (", from: \"1:10.0\", below: \"1:10.1\"", "", "name the versions"),
    (
      "for: {package: qemu-system-x86, from: \"1:10.0\", below: \"1:10.1\"}", "for: all", "no scope"
    ),
    (
      "for: {package: qemu-system-x86, from: \"1:10.0\", below: \"1:10.1\"}",
      "for: {set: abcd}", "its whole id"
    ),
  ])
  func whatIsOutsideTheGrammarIsNamed(_ old: String, _ new: String, _ words: String) throws {
    let text = good.replacing(old, with: new)
    #expect(text != good)
    let failure = try #require(throws: MatrixFailure.self) { try waiver(text) }
    #expect("\(failure)".contains(words), "\(failure)")
  }

  @Test func anythingAtAllIsReadOrRefused() throws {
    var random = SplitMix(state: 3)
    for _ in 0..<2000 {
      var bytes = Array(good.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 9...126, using: &random)
      }
      _ = try? waiver(String(decoding: bytes, as: UTF8.self))
    }
  }
}
