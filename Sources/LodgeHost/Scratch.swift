import Foundation
import Glibc

/// A folder for unfinished things; what a killed run left in it is swept by the next one.
///
/// Each process has a sub-folder that it holds a lock on; the kernel drops the lock with the
/// process, however it ended.
package final class Scratch: Sendable {
  /// The folder of this process.
  package let path: String
  private let lock: FileLock

  /// Sweeps what dead processes left and makes a folder for this one.
  ///
  /// - Throws: ``StorageFailure`` where the folder cannot be made.
  package init(in folder: String) throws(StorageFailure) {
    try makeFolder(folder)
    Self.sweep(folder)
    path = "\(folder)/\(getpid())-\(UUID().uuidString.prefix(8))"
    lock = try FileLock("\(path).lock")
    try makeFolder(path)
  }

  deinit {
    try? removeTree(path)
    unlink("\(path).lock")
  }

  /// A name in the folder that nobody has used.
  package func fresh(_ hint: String = "item") -> String {
    "\(path)/\(hint)-\(UUID().uuidString.prefix(8))"
  }

  /// A folder for what outlives this process, and the file to hold a lock on while it does.
  ///
  /// Once nobody holds the lock, the next process sweeps both.
  package func outliving(_ hint: String) -> (folder: String, lock: String) {
    let place = URL(filePath: path).deletingLastPathComponent()
      .appending(path: "\(hint)-\(UUID().uuidString.prefix(8))").path(percentEncoded: false)
    return (place, "\(place).lock")
  }

  private static func sweep(_ folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasSuffix(".lock") {
      let left = "\(folder)/\(name)"
      guard let lock = FileLock(ifFree: left) else { continue }
      try? removeTree(String(left.dropLast(".lock".count)))
      unlink(left)
      withExtendedLifetime(lock) {}
    }
  }
}

/// An advisory lock on a file, held until the value goes away or the process ends.
package final class FileLock: Sendable {
  private let descriptor: Int32

  /// Waits for the lock.
  ///
  /// - Throws: ``StorageFailure`` where the file cannot be made.
  package init(_ path: String) throws(StorageFailure) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw StorageFailure("cannot make the lock file", path, errno) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw StorageFailure("cannot lock", path, errno) }
    }
  }

  /// Takes the lock only if nobody holds it.
  package init?(ifFree path: String) {
    descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }
}

/// Makes a folder and those above it.
///
/// - Throws: ``StorageFailure`` saying which folder and why.
package func makeFolder(_ path: String) throws(StorageFailure) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw StorageFailure("cannot make the folder", path, error)
  }
}

/// Removes a tree, also where its folders deny writing.
///
/// - Throws: an error of Foundation where something could not be removed.
package func removeTree(_ path: String) throws {
  guard lstatExists(path) else { return }
  do {
    try FileManager.default.removeItem(atPath: path)
  } catch {
    // An ordinary user cannot empty a folder that a package made read-only. Only folders: a link
    // would lead chmod out of the tree.
    let entries = FileManager.default.enumerator(atPath: path)
    while let entry = entries?.nextObject() as? String {
      var status = stat()
      guard lstat("\(path)/\(entry)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        continue
      }
      chmod("\(path)/\(entry)", 0o700)
    }
    try FileManager.default.removeItem(atPath: path)
  }
}

/// Whether anything, also a dangling link, stands at a path.
package func lstatExists(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

/// Moves a finished thing to its place; where another run was faster, its equal twin stays.
///
/// - Throws: ``StorageFailure`` where it cannot be moved.
package func publish(_ finished: String, as place: String) throws(StorageFailure) {
  try makeFolder(URL(filePath: place).deletingLastPathComponent().path(percentEncoded: false))
  guard rename(finished, place) != 0 else { return }
  let code = errno
  guard lstatExists(place) else { throw StorageFailure("cannot move into place", place, code) }
  try? removeTree(finished)
}

/// Something that could not be kept on disk.
package struct StorageFailure: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ doing: String, _ path: String, _ code: Int32) {
    self.init(doing, path, reason: String(cString: strerror(code)), isFull: code == ENOSPC)
  }

  package init(_ doing: String, _ path: String, _ error: any Error) {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    let posix = underlying?.domain == NSPOSIXErrorDomain ? underlying : nil
    let reason = posix.map { String(cString: strerror(Int32($0.code))) }
    self.init(
      doing, path, reason: reason ?? Self.clause(error.localizedDescription),
      isFull: posix?.code == Int(ENOSPC) || (error as? CocoaError)?.code == .fileWriteOutOfSpace)
  }

  /// A sentence without its full stop, as something may follow.
  private static func clause(_ sentence: String) -> String {
    sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
  }

  private init(_ doing: String, _ path: String, reason: String, isFull: Bool) {
    let remedy =
      isFull ? "; free some space, or set XDG_CACHE_HOME to a folder on another disk" : ""
    description = "\(doing) \(path): \(reason)\(remedy)"
  }
}
