import Foundation
import GRDB

extension LedgerFailure.Cause {
  /// The meaning of whatever a block of database work threw.
  init(_ error: any Error, path: String) {
    switch error {
    case let cause as Self: self = cause
    case let error as DatabaseError:
      self.init(code: error.resultCode.rawValue, message: error.message ?? "", path: path)
    case let error as RowDecodingError: self = .damaged("\(error)")
    case let error as DecodingError: self = .damaged("\(error)")
    default: self = .other("\(error)")
    }
  }

  /// The meaning of SQLite's primary result code.
  ///
  /// Source: sqlite.org, "Result and Error Codes".
  init(code: Int32, message: String, path: String) {
    switch ResultCode(rawValue: code) {
    case .SQLITE_FULL: self = .full
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
    case .SQLITE_CORRUPT: self = .damaged(message)
    case .SQLITE_NOTADB: self = .notALedger("and no SQLite database at all")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self = .denied(Self.obstacle(at: path) ?? message)
    default: self = .other("SQLite error \(code): \(message)")
    }
  }

  /// What stands in the way of writing a file, as far as looking at it tells.
  private static func obstacle(at path: String) -> String? {
    let files = FileManager.default
    var isDirectory: ObjCBool = false
    if files.fileExists(atPath: path, isDirectory: &isDirectory) {
      if isDirectory.boolValue { return "it is a directory" }
      if !files.isReadableFile(atPath: path) { return "permission to read it was denied" }
      if !files.isWritableFile(atPath: path) { return "it is read-only for this user" }
    }
    let folder = URL(filePath: path).deletingLastPathComponent().path
    return files.isWritableFile(atPath: folder)
      ? nil : "the directory \(folder) is read-only for this user"
  }
}
