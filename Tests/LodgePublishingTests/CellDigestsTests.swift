import Foundation
import LodgeHost
import LodgeModel
import LodgeSite
import Testing

@testable import LodgePublishing

/// What a publisher knows of published cells is kept in a table, and grows.
struct CellDigestsTests {
  private func digest(_ number: Int64) -> Digest { Digest(of: Data("\(number)".utf8)) }

  @Test func whatIsKeptIsFoundAgain() throws {
    var digests = CellDigests()
    #expect(!digests.isGrown && digests.bytes.isEmpty)
    let numbers: [Int64] = [7, 3, 900, 4, .max, 1]
    for number in numbers { digests.set(digest(number), of: number) }
    var known = try #require(CellDigests(digests.bytes))
    #expect(!known.isGrown && known.bytes == digests.bytes)
    // Before, between and behind what is kept, and one anew.
    for number: Int64 in [-5, 5, 8, 3] { known.set(digest(number &+ 1), of: number) }
    #expect(known.isGrown)
    let all = try #require(CellDigests(known.bytes))
    for number in numbers + [-5, 5, 8] {
      let own = [-5, 5, 8, 3].contains(number) ? digest(number &+ 1) : digest(number)
      #expect(known[number] == own.half && all[number] == own.half)
    }
    for number: Int64 in [0, 2, 6, 899, 901] { #expect(known[number] == nil && all[number] == nil) }
    #expect(all.bytes.count == 9 * 24)
  }

  @Test func whatIsNoTableIsForgotten() {
    var digests = CellDigests()
    for number: Int64 in [1, 2] { digests.set(digest(number), of: number) }
    let bytes = digests.bytes
    #expect(CellDigests(bytes.dropLast()) == nil)
    #expect(CellDigests(bytes.suffix(24) + bytes.prefix(24)) == nil)
    #expect(CellDigests(bytes.prefix(24) + bytes.prefix(24)) == nil)
  }
}
