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
    let handle = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? handle.close() }
    var hash = SHA256()
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
      hash.update(data: piece)
    }
    self.init(finishing: hash)
  }

  private init(finishing hash: SHA256) {
    guard let digest = LodgeModel.Digest(bytes: Array(hash.finalize())) else {
      preconditionFailure("a SHA-256 digest has 32 bytes")
    }
    self = digest
  }
}

extension Lock {
  /// The set's id: the same packages give the same id on every machine.
  package var id: LodgeModel.Digest { LodgeModel.Digest(of: identity) }
}
