package import Foundation

/// Bytes that hold little-endian numbers, read with every access checked.
package struct LittleEndianBytes: Sendable {
  /// The bytes; offsets count from the first of them.
  package let bytes: Data

  package init(_ bytes: Data) { self.bytes = bytes }

  /// The number at an offset; nil where it would leave the bytes.
  package func integer<Value: FixedWidthInteger>(
    at offset: Int, as type: Value.Type = Value.self
  ) -> Value? {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<Value>.size else { return nil }
    return unsafe bytes.withUnsafeBytes { buffer in
      Value(littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: offset, as: type))
    }
  }

  /// Whether a text or magic number stands at an offset.
  package func hasBytes(_ expected: some Collection<UInt8>, at offset: Int) -> Bool {
    guard offset >= 0, offset <= bytes.count - expected.count else { return false }
    return bytes.dropFirst(offset).prefix(expected.count).elementsEqual(expected)
  }

  /// The text from an offset up to a zero byte; nil where no zero follows within `limit` bytes.
  package func text(at offset: Int, limit: Int) -> String? {
    guard offset >= 0, offset < bytes.count else { return nil }
    let start = bytes.dropFirst(offset).prefix(limit)
    guard let end = start.firstIndex(of: 0) else { return nil }
    return String(decoding: start[..<end], as: UTF8.self)
  }
}
