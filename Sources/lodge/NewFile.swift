import Foundation
import Glibc
import LodgeHost

/// A file that is to be made, whole or not at all, and never over another one.
struct NewFile {
  let path: String
  /// What it is, for messages: `the bundle`.
  let role: String

  /// Writes the file.
  ///
  /// - Throws: ``InputFailure`` where there is one already, ``StorageFailure`` where it cannot be made.
  func write(_ bytes: Data) throws {
    let unfinished = "\(path).\(getpid())"
    defer { unlink(unfinished) }
    do { try bytes.write(to: URL(filePath: unfinished)) } catch {
      throw StorageFailure("cannot write \(role) to", path, error)
    }
    guard link(unfinished, path) == 0 else {
      throw errno == EEXIST
        ? InputFailure("\(path) is there already; \(role) goes to a new file")
        : StorageFailure("cannot write \(role) to", path, errno)
    }
  }
}
