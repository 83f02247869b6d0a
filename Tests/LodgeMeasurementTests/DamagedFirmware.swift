import Foundation
import LodgeTesting

/// Damaged copies of a small image, without end: the same ones on every run.
struct DamagedFirmware: Sequence, IteratorProtocol {
  private let image: Data
  /// Where the metadata and the table begin, at which nearly every changed byte counts.
  private let tail: Int
  private var random: SplitMix

  init(seed: UInt64) {
    random = SplitMix(state: seed)
    let firmware = HandmadeFirmware.drawn(8 << 10, using: &random)
    image = firmware.data
    tail = image.count - firmware.tailSize
  }

  mutating func next() -> Data? {
    var copy = image
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let place = Int.random(in: tail..<image.count, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0: copy[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: write(Self.edges.randomElement(using: &random) ?? 0, at: place & ~3, in: &copy)
      case 2: copy[Int.random(in: 0..<image.count, using: &random)] &+= 1
      case 3:
        let other = Int.random(in: tail..<image.count, using: &random) & ~3
        let word = image[other..<other + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        write(word, at: place & ~3, in: &copy)
      default: copy[place] = UInt8.random(in: 0...255, using: &random)
      }
    }
    switch Int.random(in: 0..<16, using: &random) {
    case 0: return copy.prefix(Int.random(in: 0..<copy.count, using: &random))
    case 1: return copy.dropFirst(Int.random(in: 0..<copy.count, using: &random))
    case 2: return copy.prefix(4096)
    case 3: return copy.dropFirst(4096)
    default: return copy
    }
  }

  private func write(_ number: UInt32, at place: Int, in copy: inout Data) {
    for byte in 0..<4 { copy[place + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
  }

  private static let edges: [UInt32] = [
    0, 1, 2, 0x10, 0xfff, 0x1000, 0x7fff_ffff, 0x7fff_f000, 0x8000_0000, 0xffff_e000, 0xffff_f000,
    .max,
  ]
}
