import Foundation
import Glibc

/// A file that holds one key.
struct KeyFile {
  let path: String

  /// Reads the file; one that others than its owner may use is refused where that matters.
  func contents(isPrivate: Bool) throws(KeyFileFailure) -> Data {
    // Opening a pipe must not wait for somebody to write into it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(reading, .system(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(reading, .system(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure(reading, .noFile) }
    let mode = status.st_mode & 0o777
    guard !isPrivate || mode & 0o077 == 0 else { throw failure(reading, .open(mode: mode)) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    do { return try file.read(upToCount: KeyEncoding.limit + 1) ?? Data() } catch {
      throw failure(reading, .system(errno))
    }
  }

  /// Makes the file, whole or not at all, and never over another one.
  func create(_ text: String, mode: mode_t) throws(KeyFileFailure) {
    let unfinished = "\(path).\(UUID().uuidString)"
    let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure(writing, .system(errno)) }
    defer {
      close(descriptor)
      unlink(unfinished)
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    do {
      try file.write(contentsOf: Data(text.utf8))
      try file.synchronize()
    } catch {
      throw failure(writing, .system(errno))
    }
    // Unlike a rename, a link never replaces what is there.
    guard fchmod(descriptor, mode) == 0, link(unfinished, path) == 0 else {
      throw failure(writing, errno == EEXIST ? .exists : .system(errno))
    }
  }

  private var reading: String { "read the key" }
  private var writing: String { "write the key" }

  func failure(_ action: String, _ cause: KeyFileFailure.Cause) -> KeyFileFailure {
    KeyFileFailure(action: action, path: path, cause: cause)
  }
}

extension SigningKey {
  /// Reads a private key's file.
  ///
  /// - Throws: ``KeyFileFailure``, also where others than the owner may read it, as ssh has it.
  package init(file path: String) throws(KeyFileFailure) {
    let file = KeyFile(path: path)
    let pem = try file.contents(isPrivate: true)
    do { try self.init(pem: pem) } catch {
      throw file.failure("use the private key", .content(error))
    }
  }

  /// Writes the private key, for its owner alone, and the public one for everybody.
  ///
  /// - Throws: ``KeyFileFailure``; then neither file was made.
  package func write(to path: String, publicTo publicPath: String) throws(KeyFileFailure) {
    try KeyFile(path: path).create(pem, mode: 0o600)
    do { try publicKey.write(to: publicPath) } catch {
      unlink(path)
      throw error
    }
  }
}

extension PublicKey {
  /// Reads a public key's file.
  ///
  /// - Throws: ``KeyFileFailure``.
  package init(file path: String) throws(KeyFileFailure) {
    let file = KeyFile(path: path)
    let pem = try file.contents(isPrivate: false)
    do { try self.init(pem: pem) } catch {
      throw file.failure("use the public key", .content(error))
    }
  }

  fileprivate func write(to path: String) throws(KeyFileFailure) {
    try KeyFile(path: path).create(pem, mode: 0o644)
  }
}

/// Why a key's file could not be read or written.
package struct KeyFileFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was wrong, apart from where.
  package enum Cause: Equatable, Sendable {
    case exists
    case noFile
    /// Others than the owner may use it; the mode of the file.
    case open(mode: UInt32)
    case content(KeyFailure)
    /// An error number of the system.
    case system(Int32)
  }

  /// What was being done, as in `read the key`.
  package let action: String
  package let path: String
  package let cause: Cause

  package var description: String { "cannot \(action) \(path.printable): \(reason)" }

  private var reason: String {
    switch cause {
    case .exists:
      "there is such a file, and a key is never written over; take another name, or move it away"
    case .noFile: "it is no regular file"
    case .open(let mode):
      "others than its owner may use it (mode 0\(String(mode, radix: 8))); if nobody did, make it"
        + " private with chmod 600, otherwise make a new key"
    case .content(let failure): "\(failure)"
    case .system(let code): String(cString: strerror(code))
    }
  }
}
