import LodgeModel

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
