import Foundation
import LodgeModel
import LodgeRelease
import Testing

struct EvidenceChangesTests {
  private func changes(_ before: String, _ after: String) throws -> EvidenceChanges {
    try EvidenceChanges(from: Data(before.utf8), to: Data(after.utf8))
  }

  private func entries(_ before: String, _ after: String) throws -> [String] {
    try changes(#"{"qmp":{"found":{"_0":\#(before)}}}"#, #"{"qmp":{"found":{"_0":\#(after)}}}"#)
      .facts.flatMap(\.entries).map { "\($0.kind) \($0.path): \($0.before) > \($0.after)" }
  }

  @Test(arguments: [
    (#"{"a":{"b":1}}"#, #"{"a":{"b":2}}"#, ["changed a.b: 1 > 2"]),
    (#"{"a":{"b":1,"c":"x"}}"#, #"{"a":{"b":1}}"#, ["removed a.c: x > "]),
    (#"{"a":{}}"#, #"{"a":{"d":["x"]}}"#, [#"added a.d:  > ["x"]"#]),
    (
      #"{"l":["a","b"]}"#, #"{"l":["b","c","b"]}"#,
      ["removed l: a > ", "added l:  > c", "added l:  > b"]
    ),
    (#"{"l":["a","b"]}"#, #"{"l":["b","a"]}"#, ["changed l: a, b > b, a"]),
    (
      #"{"l":[{"name":"a","v":1},{"name":"b"}]}"#, #"{"l":[{"name":"a","v":2}]}"#,
      ["changed l.a.v: 1 > 2", #"removed l.b: {"name":"b"} > "#]
    ),
    (#"{"l":[]}"#, #"{"l":[{"name":"a"}]}"#, [#"added l:  > {"name":"a"}"#]),
    (#"{"a":null}"#, #"{"a":[1]}"#, ["changed a: null > [1]"]),
    (#"{"source":{"file":"a","package":"q 1"}}"#, #"{"source":{"file":"b","package":"q 2"}}"#, []),
    (
      #"{"l":[{"source":{"file":"m","package":"q 1"},"v":true}]}"#,
      #"{"l":[{"source":{"file":"m","package":"q 2"},"v":false}]}"#, ["changed l.m.v: true > false"]
    ),
    (
      #"{"l":[[{"source":{"file":"m"}}]]}"#, #"{"l":[[{"source":{"file":"n"}}]]}"#, []
    ),
    ("{}", "{}", []),
  ])
  func whatDiffersIsNamed(_ before: String, _ after: String, _ words: [String]) throws {
    #expect(try entries(before, after) == words)
  }

  @Test func aFactThatCameOrWentSaysWhy() throws {
    let found = try changes(
      #"{"btf":{"absent":{"_0":"no BTF"}}}"#, #"{"btf":{"found":{"_0":{"objects":{}}}}}"#)
    let change = try #require(found.facts.first)
    #expect(found.facts.count == 1 && found.unchanged == FactName.allCases.count - 1)
    #expect(change.fact == .btf && change.entries.first?.before == "absent: no BTF")
  }

  @Test func everyFactIsComparedAsItIsWritten() throws {
    let old = try CanonicalJSON.encode(Evidence(absent: "one reason"), pretty: false)
    let new = try CanonicalJSON.encode(Evidence(absent: "another"), pretty: false)
    #expect(try EvidenceChanges(from: old, to: new).facts.map(\.fact) == FactName.allCases)
    #expect(try EvidenceChanges(from: old, to: old).unchanged == FactName.allCases.count)
  }

  @Test func longListsAndTextsAreCutAndCounted() throws {
    let many = (0..<200).map { "\"\($0)\":\"\(String(repeating: "x", count: 500))\"" }
    let found = try changes(
      #"{"qmp":{"found":{"_0":{}}}}"#,
      #"{"qmp":{"found":{"_0":{\#(many.joined(separator: ","))}}}}"#)
    let change = try #require(found.facts.first)
    #expect(change.added == 200 && change.entries.count == EvidenceChanges.entryLimit)
    #expect(change.entries.allSatisfy { $0.after.count == 120 && $0.after.hasSuffix("…") })
  }

  @Test func whatIsNoJSONIsRefused() {
    #expect(throws: (any Error).self) { try changes("{}", "{") }
  }
}
