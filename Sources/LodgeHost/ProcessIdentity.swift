import Foundation
import Glibc

/// One process of one start of this host, so that a number that was given again is no mistake.
package struct ProcessIdentity: Equatable, Sendable, CustomStringConvertible {
  /// The id of the boot, the number, and when it began in clock ticks since the boot.
  package let description: String

  /// Reads what ``description`` wrote.
  package init(_ text: String) { description = text }

  /// This process.
  package static var current: Self { Self(of: getpid()) ?? Self("unknown") }

  /// A process that is alive; nil for a number that none has.
  ///
  /// **Source:** proc_pid_stat(5), field 22; random(4) for the id of the boot.
  private init?(of number: pid_t) {
    let read = { (path: String) in (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    let boot = read("/proc/sys/kernel/random/boot_id").trimmingCharacters(in: .newlines)
    // The name in brackets may hold anything, brackets and spaces too.
    let fields = read("/proc/\(number)/stat").split(separator: ")").last?.split(separator: " ")
    guard !boot.isEmpty, let fields, fields.count > 19, fields[0] != "Z" else { return nil }
    description = "\(boot):\(number):\(fields[19])"
  }

  /// Whether the process is still there, on this host.
  package var isAlive: Bool {
    let parts = description.split(separator: ":")
    guard parts.count == 3, let number = pid_t(parts[1]) else { return false }
    return Self(of: number) == self
  }
}
