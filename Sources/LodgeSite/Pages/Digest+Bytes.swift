import Crypto
import Foundation
import LodgeModel

extension LodgeModel.Digest {
  /// The digest of some bytes.
  init(of bytes: Data) {
    guard let digest = LodgeModel.Digest(bytes: Array(SHA256.hash(data: bytes))) else {
      preconditionFailure("a digest of SHA-256 has 32 bytes")
    }
    self = digest
  }
}
