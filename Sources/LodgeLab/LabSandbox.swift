import Foundation
import Glibc
import LodgeHost
import Synchronization

/// The sandbox that a lab's daemon runs in, as seen from outside.
enum LabSandbox: Sendable {
  /// It ends with this process.
  case attached(Watch)
  /// It stays, and holds a lock as long as it lives.
  case detached(lock: String)

  /// A running command, and how it ended once it did.
  final class Watch: Sendable {
    private let result = Mutex<Result<Command.Finished, CommandFailure>?>(nil)

    /// Runs the sandbox to its end; cancelling ends it.
    func run(_ command: Command) async {
      let result: Result<Command.Finished, CommandFailure>
      do throws(CommandFailure) {
        result = .success(try await command.run())
      } catch {
        result = .failure(error)
      }
      self.result.withLock { $0 = result }
    }

    var ended: Result<Command.Finished, CommandFailure>? { result.withLock { $0 } }
  }

  /// How the sandbox ended and what it printed; nil while it runs.
  var ending: (Command.Ending?, words: String)? {
    switch self {
    case .attached(let watch):
      switch watch.ended {
      case nil: nil
      case .success(let finished): (finished.ending.inSandbox, finished.errors)
      case .failure(let failure): (nil, "\(failure)")
      }
    case .detached(let lock):
      processHolding(lock) == nil ? (nil, "") : nil
    }
  }
}

extension LabSandbox {
  /// The sandbox of a command that was just detached, once it holds its lock; it may be gone by then.
  static func detached(settling lock: String) async throws -> LabSandbox {
    // Starting a process takes milliseconds; one that never takes the lock is gone.
    for _ in 0..<500 where processHolding(lock) == nil {
      try await Task.sleep(for: .milliseconds(10))
    }
    return .detached(lock: lock)
  }
}

/// The process that holds a lock on a file; nil where none does.
///
/// **Source:** proc_locks(5).
func processHolding(_ file: String) -> Int32? {
  var status = stat()
  guard stat(file, &status) == 0,
    let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8)
  else { return nil }
  for line in locks.split(separator: "\n") {
    let words = line.split(separator: " ")
    // 1: FLOCK ADVISORY WRITE 4242 fd:00:131 0 EOF
    guard words.count >= 6, words[1] == "FLOCK",
      words[5].split(separator: ":").last == "\(status.st_ino)"
    else { continue }
    return Int32(words[4])
  }
  return nil
}
