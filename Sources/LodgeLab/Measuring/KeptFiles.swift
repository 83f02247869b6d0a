import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel
import Synchronization

/// Files of a lab that measurements need, each read and hashed once.
///
/// A class, as all scenarios of a lab share what was read.
final class KeptFiles: Sendable {
  private let root: String
  private let folder: LabFolder
  private let files = Mutex<[String: File]>([:])

  /// The contents of a file with their digest.
  struct File {
    let bytes: Data
    let digest: LodgeModel.Digest
  }

  /// Serves the files of an unpacked root, and those of a lab.
  init(root: String, _ folder: LabFolder) { (self.root, self.folder) = (root, folder) }

  /// A file by the path that programs in the sandbox know it by.
  ///
  /// - Throws: `RootFailure` where it cannot be read, ``MeasuringFailure`` where it is not there.
  func file(inside path: String) throws -> File {
    let laid = LabFolder.filesInside + "/"
    let found =
      path.hasPrefix(laid)
      ? try file(String(path.dropFirst(laid.count)), in: folder.files)
      : try file(String(path.drop { $0 == "/" }), in: root)
    guard let found else { throw MeasuringFailure("there is no \(path) to measure") }
    return found
  }

  /// What a guest gave to be measured, as the platform model kept it.
  ///
  /// The candidate can write there too: nothing is taken whose digest is not its name.
  ///
  /// - Throws: `RootFailure` where it cannot be read, ``MeasuringFailure`` where it is not there, or
  ///   is something else.
  func measured(_ digest: LodgeModel.Digest) throws -> Data {
    guard let file = try file(digest.hex, in: folder.measured) else {
      throw MeasuringFailure(
        "the contents \(digest.short) of a measured call were not kept; is the disk full?")
    }
    guard file.digest == digest else {
      throw MeasuringFailure("what was kept as \(digest.short) is something else")
    }
    return file.bytes
  }

  /// A file below a folder; nil where it is not there.
  private func file(_ name: String, in place: String) throws -> File? {
    let key = "\(place)/\(name)"
    if let known = files.withLock({ $0[key] }) { return known }
    guard let bytes = try RootDirectory(place).read(name, limit: Self.sizeLimit) else {
      return nil
    }
    let file = File(bytes: bytes, digest: Digest(of: bytes))
    files.withLock { known in
      // Firmware is asked for again and again; a candidate that measures ever new contents gets
      // none of them remembered.
      let size = known.values.reduce(bytes.count) { $0 + $1.bytes.count }
      if size <= Self.memoryLimit { known[key] = file }
    }
    return file
  }

  /// Bytes of one file: a firmware, a kernel, or the save areas of all vCPUs.
  private static let sizeLimit = 256 << 20
  /// Bytes of all files that are remembered.
  private static let memoryLimit = 256 << 20
}
