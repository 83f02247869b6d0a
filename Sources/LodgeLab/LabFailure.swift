package import LodgeHost

/// Why there is no lab.
package enum LabFailure: Error, Equatable, CustomStringConvertible {
  /// bubblewrap is not installed.
  case noSandbox
  /// The root has no daemon.
  case noLibvirt(root: String)
  /// Something given cannot be used, and why.
  case unusable(String, String)
  /// The daemon, or the sandbox around it, ended; its last words.
  case died(String, Command.Ending?, words: String)
  /// The daemon did not answer in time; its last words.
  case silent(String, Duration, words: String)

  package var description: String {
    switch self {
    case .noSandbox:
      "cannot open a lab: bwrap is not installed; apt-get install bubblewrap"
    case .noLibvirt(let root):
      "cannot open a lab in \(root): it has neither usr/sbin/virtqemud nor usr/sbin/libvirtd; "
        + "add a package with the daemon to the set, such as libvirt-daemon-system"
    case .unusable(let what, let why):
      "cannot open a lab with \(what): \(why)"
    case .died(let daemon, let ending, let words):
      "\(daemon) in the lab \(ending.map { "\($0)" } ?? "is gone")\(Self.said(words))"
    case .silent(let daemon, let deadline, let words):
      "\(daemon) in the lab did not answer within \(deadline)\(Self.said(words))"
    }
  }

  private static func said(_ words: String) -> String {
    let lines = words.split(separator: "\n").suffix(3).joined(separator: " / ")
    return lines.isEmpty ? "; it said nothing" : "; it said: \(lines.suffix(800))"
  }
}
