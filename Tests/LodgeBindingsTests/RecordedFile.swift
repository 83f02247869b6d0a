import Foundation
import LodgeTesting

/// A file of the recorded fixtures.
struct RecordedFile {
  let data: Data

  /// Reads a fixture by its path below `Fixtures`.
  init(_ path: String) throws {
    let fixtures = Bundle.module.bundleURL.appending(path: "Fixtures")
    data = try Data(contentsOf: fixtures.appending(path: path))
  }

  /// Damaged copies: some cut off, some with a few bytes changed; the same ones on every run.
  func damaged(count: Int) -> [Data] {
    var random = SplitMix(state: 2026)
    return (0..<count).map { round in
      var copy = data
      if round.isMultiple(of: 4) {
        copy = copy.prefix(Int.random(in: 0..<copy.count, using: &random))
      }
      for _ in 0..<Int.random(in: 1...8, using: &random) where !copy.isEmpty {
        let index = Int.random(in: 0..<copy.count, using: &random)
        copy[index] = UInt8.random(in: 0...255, using: &random)
      }
      return copy
    }
  }
}
