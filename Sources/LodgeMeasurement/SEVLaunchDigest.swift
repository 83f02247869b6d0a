import Crypto
package import Foundation
import LodgeModel

/// The launch digest of a SEV or SEV-ES guest while it is being launched.
///
/// **Source:** AMD Secure Encrypted Virtualization API 55766, chapter 6, LAUNCH_UPDATE_DATA and
/// LAUNCH_UPDATE_VMSA: one SHA-256 over all that these commands were given, in their order;
/// addresses do not enter.
package struct SEVLaunchDigest: Sendable {
  private var hash = SHA256()

  /// The digest of a guest that was given nothing yet.
  package init() {}

  /// Takes the bytes of a LAUNCH_UPDATE_DATA, or the save area of a LAUNCH_UPDATE_VMSA.
  package mutating func add(_ bytes: Data) { hash.update(data: bytes) }

  /// The digest of all that was added.
  package var value: LaunchMeasurement { LaunchMeasurement(.sha256, Array(hash.finalize())) }
}

/// What the firmware answers to LAUNCH_MEASURE: the digest under the guest owner's key.
///
/// **Source:** AMD Secure Encrypted Virtualization API 55766, chapter 6, LAUNCH_MEASURE, table
/// "LAUNCH_MEASURE measurement buffer": HMAC-SHA256 of `0x04 || API_MAJOR || API_MINOR || BUILD ||
/// GCTX.POLICY || GCTX.LD || MNONCE` with GCTX.TIK.
package struct SEVLaunchMeasure: Equatable, Sendable {
  /// The version of the firmware's API, as SEV_PLATFORM_STATUS tells it.
  package struct Version: Equatable, Sendable {
    package var major: UInt8
    package var minor: UInt8
    package var build: UInt8

    package init(major: UInt8, minor: UInt8, build: UInt8) {
      (self.major, self.minor, self.build) = (major, minor, build)
    }
  }

  /// 32 bytes.
  package let code: [UInt8]
  /// 16 bytes, drawn by the firmware.
  package let nonce: [UInt8]

  /// Computes the answer for a digest, with the transport integrity key of 16 bytes.
  package init(
    of digest: LaunchMeasurement, policy: UInt32, version: Version, nonce: [UInt8], key: [UInt8]
  ) {
    let message =
      [4, version.major, version.minor, version.build] + policy.littleEndianBytes + digest.bytes
      + nonce
    code = Array(
      HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    self.nonce = nonce
  }

  /// Code and nonce in base 64, as query-sev-launch-measure and domlaunchsecinfo give them.
  package var text: String { Data(code + nonce).base64EncodedString() }
}
