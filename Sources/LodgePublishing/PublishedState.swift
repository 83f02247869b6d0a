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
///
/// What was kept is left as it is, a sorted table of some megabytes; what is new stands beside it.
struct CellDigests: CellPages {
  /// The first 128 bits of a digest, the first byte highest.
  private struct Half {
    var high: UInt64
    var low: UInt64
  }

  /// One record: the number of an outcome and the first half of its digest.
  private struct Record {
    var number: Int64
    var half: Half
  }

  /// In the order of their numbers, none twice.
  private let kept: [Record]
  /// Counts before what was kept.
  private var new: [Int64: Half] = [:]

  /// Bytes of one record: the number and the two halves of the half, the lowest byte first.
  private static let size = 24

  init() { kept = [] }

  /// Reads what ``bytes`` gave; nil for anything else.
  init?(_ bytes: Data) {
    guard bytes.count.isMultiple(of: Self.size) else { return nil }
    kept = bytes.withUnsafeBytes { all in
      stride(from: 0, to: all.count, by: Self.size).map { start in
        func word(_ place: Int) -> UInt64 {
          UInt64(littleEndian: all.loadUnaligned(fromByteOffset: start + place, as: UInt64.self))
        }
        return Record(
          number: Int64(bitPattern: word(0)), half: Half(high: word(8), low: word(16)))
      }
    }
    guard zip(kept, kept.dropFirst()).allSatisfy({ $0.number < $1.number }) else { return nil }
  }

  /// Whether there is anything that ``bytes`` did not give before.
  var isGrown: Bool { !new.isEmpty }

  /// The records in the order of their numbers.
  var bytes: Data {
    let left = kept.filter { new[$0.number] == nil }
    let all = left + new.map { Record(number: $0, half: $1) }
    var words: [UInt64] = []
    words.reserveCapacity(all.count * 3)
    for record in all.sorted(by: { $0.number < $1.number }) {
      words += [UInt64(bitPattern: record.number), record.half.high, record.half.low]
    }
    return words.map(\.littleEndian).withUnsafeBytes { Data($0) }
  }

  private func half(of number: Int64) -> Half? {
    if let half = new[number] { return half }
    var (low, high) = (0, kept.count)
    while low < high {
      let middle = (low + high) / 2
      if kept[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low < kept.count && kept[low].number == number ? kept[low].half : nil
  }

  /// The first half of the digest of a cell, as 32 hexadecimal digits; nil for one that has no page.
  subscript(number: Int64) -> String? {
    guard let half = half(of: number) else { return nil }
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
    new[number] = Half(high: word(0), low: word(8))
  }
}
