/// Something that happened to a domain, as the daemon told it.
package struct LibvirtEvent: Equatable, Sendable, CustomStringConvertible {
  package enum Kind: Equatable, Sendable {
    /// A change of the domain's life, and why.
    case lifecycle(Lifecycle, detail: String)
    case reboot
    case deviceAdded(alias: String)
    case deviceRemoved(alias: String)
  }

  /// The domain's name.
  package let domain: String
  package let kind: Kind

  package init(domain: String, kind: Kind) { (self.domain, self.kind) = (domain, kind) }

  /// A few words, such as `snp: stopped (failed)`.
  package var description: String {
    switch kind {
    case .lifecycle(let change, let detail): "\(domain): \(change.rawValue) (\(detail))"
    case .reboot: "\(domain): reboot"
    case .deviceAdded(let alias): "\(domain): device added (\(alias))"
    case .deviceRemoved(let alias): "\(domain): device removed (\(alias))"
    }
  }

  /// A change of a domain's life, in the order of libvirt's numbers.
  ///
  /// **Source:** libvirt 12.8, include/libvirt/libvirt-domain.h, `virDomainEventType`.
  package enum Lifecycle: String, CaseIterable, Sendable {
    case defined
    case undefined
    case started
    case suspended
    case resumed
    case stopped
    case shutdown
    case pmsuspended
    case crashed

    /// Why it happened, in the order of libvirt's numbers.
    ///
    /// **Source:** the same file, `virDomainEventDefinedDetailType` and those after it.
    var details: [String] {
      switch self {
      case .defined: ["added", "updated", "renamed", "from-snapshot"]
      case .undefined: ["removed", "renamed"]
      case .started: ["booted", "migrated", "restored", "from-snapshot", "wakeup", "recreated"]
      case .suspended:
        [
          "paused", "migrated", "ioerror", "watchdog", "restored", "from-snapshot", "api-error",
          "postcopy", "postcopy-failed",
        ]
      case .resumed:
        ["unpaused", "migrated", "from-snapshot", "postcopy", "postcopy-failed"]
      case .stopped:
        [
          "shutdown", "destroyed", "crashed", "migrated", "saved", "failed", "from-snapshot",
          "recreated",
        ]
      case .shutdown: ["finished", "guest", "host"]
      case .pmsuspended: ["memory", "disk"]
      case .crashed: ["panicked", "crashloaded"]
      }
    }
  }
}

extension LibvirtEvent.Kind {
  /// A change of life by libvirt's numbers; nil where a newer libvirt tells of one without a name.
  init?(lifecycle number: Int, detail: Int) {
    guard let change = LibvirtEvent.Lifecycle.allCases.named(number) else { return nil }
    self = .lifecycle(change, detail: change.details.named(detail) ?? "\(detail)")
  }
}

extension Array {
  /// The element that libvirt numbers so.
  func named(_ number: Int) -> Element? { indices.contains(number) ? self[number] : nil }
}
