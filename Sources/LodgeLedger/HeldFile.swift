import Foundation
import Glibc
import Synchronization

/// A file that this process reads beside SQLite, and keeps open as long as any ledger of it is.
///
/// Closing any descriptor of a file takes away all locks that the process has on it, SQLite's too; another
/// process then takes itself for the last one, removes the log, and what is written to it after that is lost.
///
/// **Source:** fcntl(2), "Record locking"; sqlite.org, "How To Corrupt An SQLite Database File", 2.2.
final class HeldFile: Sendable {
  private let descriptor: Int32
  private let key: Key

  /// What makes a file the same one, whatever its path.
  private struct Key: Hashable {
    let device: UInt64
    let inode: UInt64

    init(_ status: stat) { (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino)) }
  }

  /// Does not keep a file open by itself.
  private struct Weak: @unchecked Sendable {
    weak var held: HeldFile?
  }

  private static let all = Mutex<[Key: Weak]>([:])

  /// The file at a path, opened now if this process does not hold it yet; nil where it cannot be.
  static func at(_ path: String) -> HeldFile? {
    all.withLock { all in
      var status = stat()
      // Asked by the path: to open it and close it again is what must not be done.
      guard stat(path, &status) == 0 else { return nil }
      if let known = all[Key(status)]?.held { return known }
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
      let file = HeldFile(descriptor, Key(status))
      all[Key(status)] = Weak(held: file)
      return file
    }
  }

  private init(_ descriptor: Int32, _ key: Key) {
    (self.descriptor, self.key) = (descriptor, key)
  }

  deinit {
    Self.all.withLock { all in
      close(descriptor)
      if all[key]?.held == nil { all[key] = nil }
    }
  }

  /// Hands out the file's bytes in their order, `size` at once; false where they cannot be read.
  func read(by size: Int, _ take: (ArraySlice<UInt8>) -> Void) -> Bool {
    var block = [UInt8](repeating: 0, count: size)
    var offset = 0
    while true {
      var filled = 0
      while filled < size {
        let count = block.withUnsafeMutableBytes { room in
          let rest = UnsafeMutableRawBufferPointer(rebasing: room[filled...])
          return pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
        }
        guard count >= 0 else { return false }
        if count == 0 { break }
        filled += count
      }
      guard filled > 0 else { return true }
      take(block[..<filled])
      offset += filled
    }
  }
}
