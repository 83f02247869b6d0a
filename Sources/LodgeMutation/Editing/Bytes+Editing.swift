import Foundation

extension [UInt8] {
  /// A number in little-endian order; nil beyond the end.
  func integer<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number? {
    let size = MemoryLayout<Number>.size
    guard offset >= 0, offset <= count - size else { return nil }
    return (0..<size).reduce(0) { $0 | Number(truncatingIfNeeded: self[offset + $1]) << ($1 * 8) }
  }

  /// Writes a number in little-endian order.
  mutating func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    for index in 0..<MemoryLayout<Number>.size {
      self[offset + index] = UInt8(truncatingIfNeeded: number >> (index * 8))
    }
  }

  /// Where a pattern stands first, at or behind an offset.
  func firstOffset(of pattern: [UInt8], from start: Int = 0) -> Int? {
    guard let first = pattern.first, count >= pattern.count else { return nil }
    var offset = start
    while offset <= count - pattern.count {
      guard let found = self[offset...(count - pattern.count)].firstIndex(of: first) else {
        return nil
      }
      if self[found..<(found + pattern.count)].elementsEqual(pattern) { return found }
      offset = found + 1
    }
    return nil
  }

  /// Writes another text of the same length over every place of one.
  ///
  /// - Throws: ``StaleEdit`` where it stands nowhere.
  mutating func replaceAll(_ old: String, with new: String) throws(StaleEdit) {
    do { try replaceAll(Array(old.utf8), with: Array(new.utf8)) } catch {
      throw StaleEdit("it has no “\(old)”")
    }
  }

  /// Writes other bytes of the same number over every place of a pattern.
  ///
  /// - Throws: ``StaleEdit`` where it stands nowhere.
  mutating func replaceAll(_ old: [UInt8], with new: [UInt8]) throws(StaleEdit) {
    var place = try replaceFirst(old, with: new)
    while let next = firstOffset(of: old, from: place + new.count) {
      replaceSubrange(next..<(next + old.count), with: new)
      place = next
    }
  }

  /// Writes other bytes of the same number over the first place of a pattern, and gives the place.
  ///
  /// - Throws: ``StaleEdit`` where it stands nowhere.
  @discardableResult
  mutating func replaceFirst(_ old: [UInt8], with new: [UInt8]) throws(StaleEdit) -> Int {
    precondition(old.count == new.count, "bytes move where \(new) takes the place of \(old)")
    guard let place = firstOffset(of: old) else {
      let hex = old.prefix(8).map { String($0, radix: 16) }.joined(separator: " ")
      throw StaleEdit("it nowhere has the bytes \(hex)")
    }
    replaceSubrange(place..<(place + old.count), with: new)
    return place
  }
}
