/// What a domain is doing, and why.
package struct LibvirtDomainState: Equatable, Sendable, CustomStringConvertible {
  /// In the order of libvirt's numbers.
  ///
  /// **Source:** libvirt 12.8, include/libvirt/libvirt-domain.h, `virDomainState`.
  package enum Name: String, CaseIterable, Sendable {
    case nostate
    case running
    case blocked
    case paused
    case shutdown
    case shutoff
    case crashed
    case pmsuspended

    /// Why a domain may be in the state, in the order of libvirt's numbers.
    ///
    /// **Source:** the same file, `virDomainRunningReason` and those after it.
    var reasons: [String] {
      switch self {
      case .nostate, .blocked, .pmsuspended: ["unknown"]
      case .running:
        [
          "unknown", "booted", "migrated", "restored", "from-snapshot", "unpaused",
          "migration-canceled", "save-canceled", "wakeup", "crashed", "postcopy",
          "postcopy-failed",
        ]
      case .paused:
        [
          "unknown", "user", "migration", "save", "dump", "ioerror", "watchdog", "from-snapshot",
          "shutting-down", "snapshot", "crashed", "starting-up", "postcopy", "postcopy-failed",
          "api-error",
        ]
      case .shutdown: ["unknown", "user"]
      case .shutoff:
        [
          "unknown", "shutdown", "destroyed", "crashed", "migrated", "saved", "failed",
          "from-snapshot", "daemon",
        ]
      case .crashed: ["unknown", "panicked"]
      }
    }
  }

  package let name: Name
  /// One word, such as `booted` or `failed`.
  package let reason: String

  package init(_ name: Name, reason: String) { (self.name, self.reason) = (name, reason) }

  package var description: String { "\(name.rawValue) (\(reason))" }

  init(number: Int, reason: Int) {
    name = Name.allCases.named(number) ?? .nostate
    self.reason = name.reasons.named(reason) ?? "\(reason)"
  }
}
