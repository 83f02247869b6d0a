/// The value that a TEE reports of a launch, and that relying parties compare.
package struct LaunchMeasurement: Hashable, Sendable, CustomStringConvertible {
  /// The hash function of a measurement.
  package enum Algorithm: String, Codable, Sendable {
    /// SEV and SEV-ES.
    case sha256
    /// SEV-SNP and TDX.
    case sha384
  }

  package let algorithm: Algorithm
  /// 32 or 48, as the algorithm gives them.
  package let bytes: [UInt8]

  init(_ algorithm: Algorithm, _ bytes: [UInt8]) {
    (self.algorithm, self.bytes) = (algorithm, bytes)
  }

  /// Lower-case hexadecimal digits.
  package var description: String { hexadecimal(bytes) }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

extension FixedWidthInteger {
  /// The bytes as x86 keeps them in memory.
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
  }
}
