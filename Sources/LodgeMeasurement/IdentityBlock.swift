import Crypto
package import Foundation
import LodgeModel

/// What the owner of an SNP guest says of it, signed: the firmware refuses a launch that is measured
/// to be another.
///
/// **Source:** AMD SEV-SNP ABI 56860, chapter 8, SNP_LAUNCH_FINISH, tables "Structure of the ID
/// Block" and "Structure of the ID Authentication Information Structure"; keys and signatures:
/// chapter 10, "ECDSA P-384 with SHA-384".
package struct IdentityBlock: Sendable {
  /// Bytes of the block.
  package static let size = 96
  /// Bytes of the page that authenticates it.
  package static let authenticationSize = 4096

  /// The block: the digest that is expected, and the policy.
  package let block: Data
  /// The page with the owner's keys and signatures.
  package let authentication: Data

  /// Makes a block for a launch digest, signed with keys that are made for it and forgotten.
  ///
  /// - Throws: an error of the cryptographic library.
  package init(expecting digest: LaunchMeasurement, policy: UInt64) throws {
    var block = Data(digest.bytes) + Data(count: 16 + 16)  // FAMILY_ID, IMAGE_ID
    block += UInt32(1).littleEndianBytes + UInt32(0).littleEndianBytes  // VERSION, GUEST_SVN
    block += policy.littleEndianBytes
    let (identity, author) = (P384.Signing.PrivateKey(), P384.Signing.PrivateKey())
    let key = Self.written(identity.publicKey)
    var page = Data(count: Self.authenticationSize)
    page.place(UInt32(1).littleEndianBytes + UInt32(1).littleEndianBytes, at: 0)
    page.place(try Self.written(identity.signature(for: block)), at: 0x40)
    page.place(key, at: 0x240)
    page.place(try Self.written(author.signature(for: key)), at: 0x680)
    page.place(Self.written(author.publicKey), at: 0x880)
    (self.block, authentication) = (block, page)
  }

  /// A key: the number of the curve, then both coordinates of 72 bytes, the lowest byte first.
  private static func written(_ key: P384.Signing.PublicKey) -> Data {
    let point = key.rawRepresentation
    var bytes = Data(count: 0x404)
    bytes.place(UInt32(2).littleEndianBytes, at: 0)
    bytes.place(point.prefix(48).reversed(), at: 4)
    bytes.place(point.suffix(48).reversed(), at: 4 + 72)
    return bytes
  }

  /// A signature: R and S of 72 bytes, the lowest byte first.
  private static func written(_ signature: P384.Signing.ECDSASignature) -> Data {
    let numbers = signature.rawRepresentation
    var bytes = Data(count: 0x200)
    bytes.place(numbers.prefix(48).reversed(), at: 0)
    bytes.place(numbers.suffix(48).reversed(), at: 72)
    return bytes
  }
}

extension Data {
  fileprivate mutating func place(_ bytes: some Collection<UInt8>, at offset: Int) {
    replaceSubrange(startIndex + offset..<startIndex + offset + bytes.count, with: bytes)
  }
}
