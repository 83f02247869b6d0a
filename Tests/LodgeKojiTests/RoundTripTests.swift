import Foundation
import LodgeKoji
import LodgeTesting
import Testing

struct RoundTripTests {
  /// A call's document with the answer's elements around its first parameter.
  private func reread(_ value: XMLRPCValue) throws -> XMLRPCAnswer {
    let call = String(decoding: XMLRPCCall("m", [value]).document, as: UTF8.self)
    let start = try #require(call.firstRange(of: "<params>")).lowerBound
    let end = try #require(call.firstRange(of: "</methodCall>")).lowerBound
    return try XMLRPCAnswer(Data("<methodResponse>\(call[start..<end])</methodResponse>".utf8))
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    var random = SplitMix(state: 13)
    for _ in 0..<300 {
      let value = Self.value(depth: 4, &random)
      #expect(try reread(value) == .value(value))
    }
  }

  private static func value(depth: Int, _ random: inout SplitMix) -> XMLRPCValue {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &random) {
    case 0: .string(text(&random))
    case 1: .integer(Int64.random(in: .min ... .max, using: &random))
    case 2: .double(Double.random(in: -1e9...1e9, using: &random))
    case 3: .boolean(Bool.random(using: &random))
    case 4: .date("20261126T20:28:10")
    case 5: .data(Data(text(&random).utf8))
    case 6: .null
    case 7: .array((0..<3).map { _ in value(depth: depth - 1, &random) })
    default:
      .structure(
        Dictionary(
          (0..<3).map { _ in (text(&random), value(depth: depth - 1, &random)) },
          uniquingKeysWith: { first, _ in first }))
    }
  }

  private static func text(_ random: inout SplitMix) -> String {
    let characters = Array("abc<>&'\"é/=;✓")
    return String(
      (0..<Int.random(in: 0...9, using: &random)).map { _ in
        characters[Int.random(in: characters.indices, using: &random)]
      })
  }
}
