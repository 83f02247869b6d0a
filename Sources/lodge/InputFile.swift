import Foundation
import LodgeHost
import LodgeModel

/// A file that a user named.
struct InputFile {
  let path: String
  /// What it is, for messages: `the firmware`.
  let role: String

  /// The whole file; `limit` in bytes.
  ///
  /// - Throws: ``InputFailure``.
  func contents(limit: Int) throws -> Data {
    let size = try sizeOfRegularFile()
    guard size <= limit else {
      throw InputFailure(
        "\(role) \(path) has \(size) bytes, and at most \(limit) are read: is it the right file?")
    }
    guard let bytes = try? Data(contentsOf: URL(filePath: path)) else { throw unreadable("") }
    return bytes
  }

  /// The digest of the file, read in pieces.
  ///
  /// - Throws: ``InputFailure``.
  func digest() throws -> Digest {
    _ = try sizeOfRegularFile()
    do { return try Digest(ofFile: path) } catch { throw unreadable("") }
  }

  private func sizeOfRegularFile() throws -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw unreadable(": \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw unreadable(": it is no file") }
    guard access(path, R_OK) == 0 else { throw unreadable(": \(String(cString: strerror(errno)))") }
    return Int(status.st_size)
  }

  private func unreadable(_ why: String) -> InputFailure {
    InputFailure("cannot read \(role) \(path)\(why)")
  }
}
