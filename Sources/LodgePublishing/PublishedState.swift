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

  /// What pages were made of, in few words.
  struct Made: Codable, Equatable {
    var cells: String
    var page: String
  }
}

/// The digests of published cells by the number of their outcome in the ledger.
struct CellDigests: CellPages {
  private var halves: [Int64: String] = [:]

  /// Bytes of one record: the number, little end first, and 128 bits.
  private static let size = 24

  init() {}

  /// Reads what ``bytes`` gave; nil for anything else.
  init?(_ bytes: Data) {
    guard bytes.count.isMultiple(of: Self.size) else { return nil }
    halves.reserveCapacity(bytes.count / Self.size)
    let all = [UInt8](bytes)
    for start in stride(from: 0, to: all.count, by: Self.size) {
      let number = all[start..<start + 8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      halves[Int64(bitPattern: number)] = hexadecimal(Array(all[start + 8..<start + Self.size]))
    }
  }

  /// The records in the order of their numbers.
  var bytes: Data {
    var bytes = Data(capacity: halves.count * Self.size)
    for (number, half) in halves.sorted(by: { $0.key < $1.key }) {
      withUnsafeBytes(of: UInt64(bitPattern: number).littleEndian) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: [UInt8](hexadecimal: half) ?? [UInt8](repeating: 0, count: 16))
    }
    return bytes
  }

  subscript(number: Int64) -> String? {
    get { halves[number] }
    set { halves[number] = newValue }
  }
}
