import Crypto
import Foundation
import LodgeModel

extension LodgeModel.Digest {
  /// The digest of bytes in memory.
  init(hashing bytes: Data) {
    guard let digest = LodgeModel.Digest(bytes: Array(SHA256.hash(data: bytes))) else {
      preconditionFailure("a SHA-256 digest has 32 bytes")
    }
    self = digest
  }
}
