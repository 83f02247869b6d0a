import Foundation
import Glibc
import Synchronization

/// What is being done, with the time it takes, on a terminal's standard error; silent elsewhere.
final class Progress: Sendable {
  private let start = ContinuousClock.now
  private let isShown: Bool
  private let lastStep = Mutex(ContinuousClock.now)

  init() {
    let terminal = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
    isShown = isatty(STDERR_FILENO) == 1 && terminal != "dumb"
  }

  /// A new piece of work.
  func say(_ text: String) { show(text) }

  /// A small step within it; most are not shown, so that the terminal keeps up.
  func step(_ text: String) {
    let isDue = lastStep.withLock { last in
      guard ContinuousClock.now - last > .milliseconds(80) else { return false }
      last = .now
      return true
    }
    if isDue { show(text) }
  }

  /// Clears the line, before the answer is printed.
  func finish() {
    if isShown { StandardStreams.say("\r\u{1b}[K") }
  }

  private func show(_ text: String) {
    guard isShown else { return }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let line = String(format: "\r\u{1b}[K[%5.1f s] %@", seconds, String(text.prefix(90)))
    StandardStreams.say(line)
  }
}
