import Crypto
package import Foundation
package import LodgeModel

extension LodgeModel.Digest {
  /// The digest of bytes in memory.
  package init(of bytes: some DataProtocol) {
    var hash = SHA256()
    hash.update(data: bytes)
    self.init(finishing: hash)
  }

  /// The digest of a file, read in pieces.
  ///
  /// - Throws: an error of Foundation where the file cannot be read.
  package init(ofFile path: String) throws {
    self.init(finishing: try SHA256(ofFile: path))
  }

  private init(finishing hash: SHA256) {
    guard let digest = LodgeModel.Digest(bytes: Array(hash.finalize())) else {
      preconditionFailure("a SHA-256 digest has 32 bytes")
    }
    self = digest
  }
}

extension HashFunction {
  /// A hash that has taken in a file, piece by piece.
  init(ofFile path: String) throws {
    self.init()
    let handle = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? handle.close() }
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { update(data: piece) }
  }
}

extension Lock {
  /// The set's id: the same packages give the same id on every machine.
  package var id: LodgeModel.Digest { LodgeModel.Digest(of: identity) }
}
