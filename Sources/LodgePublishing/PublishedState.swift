import Foundation
import LodgeModel
import LodgeSite

/// What a publisher remembers of a site, so that the next one writes only what changed.
struct PublishedState: Codable, Equatable {
  /// The version of this shape; another one is forgotten.
  static let currentSchema = "lodge.site-state/1"

  var schema = Self.currentSchema
  /// The program that made the pages; another one makes all of them anew.
  var maker: Digest
  /// The ledger that they are of; another one's numbers mean other outcomes.
  var ledger: String
  /// For each set, by its id, what its cells' pages were made of, and its own page.
  var sets: [Digest: Made] = [:]

  /// What the pages that tell of all sets were made of.
  var overviews = ""

  /// What pages were made of, in few words.
  struct Made: Codable, Equatable {
    var cells: String
    var page: String
  }
}

/// The digests of published cells by the number of their outcome in the ledger.
struct CellDigests: CellPages, Equatable {
  /// The first 128 bits of a digest, the first byte highest.
  private struct Half: Equatable {
    var high: UInt64
    var low: UInt64
  }

  private var halves: [Int64: Half] = [:]

  /// Bytes of one record: the number and the two halves of the half, the lowest byte first.
  private static let size = 24

  init() {}

  /// Reads what ``bytes`` gave; nil for anything else.
  init?(_ bytes: Data) {
    guard bytes.count.isMultiple(of: Self.size) else { return nil }
    halves.reserveCapacity(bytes.count / Self.size)
    bytes.withUnsafeBytes { all in
      for start in stride(from: 0, to: all.count, by: Self.size) {
        func word(_ place: Int) -> UInt64 {
          UInt64(littleEndian: all.loadUnaligned(fromByteOffset: start + place, as: UInt64.self))
        }
        halves[Int64(bitPattern: word(0))] = Half(high: word(8), low: word(16))
      }
    }
  }

  /// The records in the order of their numbers.
  var bytes: Data {
    var bytes = Data(capacity: halves.count * Self.size)
    for (number, half) in halves.sorted(by: { $0.key < $1.key }) {
      for word in [UInt64(bitPattern: number), half.high, half.low] {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    return bytes
  }

  /// The first half of the digest of a cell, as 32 hexadecimal digits; nil for one that has no page.
  subscript(number: Int64) -> String? {
    guard let half = halves[number] else { return nil }
    return [half.high, half.low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
  }

  /// Remembers the digest of a cell.
  mutating func set(_ digest: Digest, of number: Int64) {
    let bytes = digest.bytes
    func word(_ start: Int) -> UInt64 {
      bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    halves[number] = Half(high: word(0), low: word(8))
  }
}
