import ArgumentParser
import Foundation
import Glibc

/// The two streams of the program: the answer, and what is said about getting it.
enum StandardStreams {
  /// Prints the answer.
  ///
  /// - Throws: an exit code where the reader has gone away, as `head` does when it has enough;
  ///   ``InputFailure`` where the answer cannot be written, as on a full disk.
  static func answer(_ bytes: Data) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: bytes)
    } catch {
      // 128 and the number of SIGPIPE, as a shell reports it.
      if errno == EPIPE { throw ArgumentParser.ExitCode(141) }
      throw InputFailure("cannot write the answer: \(String(cString: strerror(errno)))")
    }
  }

  /// Prints an answer for people, with a newline at the end.
  ///
  /// - Throws: as ``answer(_:)``.
  static func answer(text: String) throws {
    try answer(Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
  }

  /// Prints a line about the work; nobody may be listening any more, which is no trouble.
  static func say(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
