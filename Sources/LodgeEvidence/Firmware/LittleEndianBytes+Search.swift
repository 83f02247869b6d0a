import Foundation
import LodgeBindings

extension LittleEndianBytes {
  /// How many bytes there are.
  var count: Int { bytes.count }

  /// A run of bytes; nil where it is not wholly inside.
  func slice(at offset: Int, count: Int) -> Data? {
    guard offset >= 0, count >= 0, offset <= bytes.count - count else { return nil }
    return Data(bytes.dropFirst(offset).prefix(count))
  }

  /// The offset at which a pattern stands first, at or behind another; nil where it does not.
  func firstOffset(of pattern: [UInt8], from start: Int = 0) -> Int? {
    let bytes = bytes.span
    var (offset, matched) = (start, 0)
    while offset <= bytes.count - pattern.count, matched < pattern.count {
      if bytes[offset + matched] == pattern[matched] {
        matched += 1
      } else {
        (offset, matched) = (offset + 1, 0)
      }
    }
    return matched == pattern.count ? offset : nil
  }
}
