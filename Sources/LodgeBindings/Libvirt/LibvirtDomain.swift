import CLibvirt

/// A domain of a libvirt daemon; owns the C handle.
///
/// It may outlive what it names: calls then fail with the code `VIR_ERR_NO_DOMAIN`.
package final class LibvirtDomain: Sendable {
  package let name: String
  package let uuid: String
  private let reference: LibvirtReference

  /// Takes over a reference.
  init(owning pointer: OpaquePointer) {
    name = unsafe libvirt.virDomainGetName(pointer).map { unsafe String(cString: $0) } ?? ""
    uuid = unsafe Self.uuid(of: pointer)
    reference = unsafe LibvirtReference(owning: pointer) { unsafe libvirt.virDomainFree($0) }
  }

  /// Whether a change is made to the running domain, to its definition, or to both.
  package struct Impact: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The running domain, or the definition where it does not run.
    package static let current: Impact = []
    package static let live = Impact(rawValue: VIR_DOMAIN_AFFECT_LIVE.rawValue)
    package static let definition = Impact(rawValue: VIR_DOMAIN_AFFECT_CONFIG.rawValue)
  }

  /// What becomes of the firmware variables when a domain is undefined.
  package enum Variables: Sendable {
    /// libvirt refuses where there are some.
    case unmentioned
    case removed
    case kept

    fileprivate var flag: UInt32 {
      switch self {
      case .unmentioned: 0
      case .removed: VIR_DOMAIN_UNDEFINE_NVRAM.rawValue
      case .kept: VIR_DOMAIN_UNDEFINE_KEEP_NVRAM.rawValue
      }
    }
  }

  /// Which description of a domain is wanted.
  package struct Details: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// With passwords and secrets.
    package static let secure = Details(rawValue: VIR_DOMAIN_XML_SECURE.rawValue)
    /// As it will be at its next start.
    package static let inactive = Details(rawValue: VIR_DOMAIN_XML_INACTIVE.rawValue)
    /// In the form that another host takes.
    package static let migratable = Details(rawValue: VIR_DOMAIN_XML_MIGRATABLE.rawValue)
  }

  /// How a domain moves.
  package struct Migration: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let live = Migration(rawValue: VIR_MIGRATE_LIVE.rawValue)
    /// The daemon itself talks to the other one; what QEMU domains need here.
    package static let peerToPeer = Migration(rawValue: VIR_MIGRATE_PEER2PEER.rawValue)
    package static let offline = Migration(rawValue: VIR_MIGRATE_OFFLINE.rawValue)
  }

  private static func uuid(of pointer: OpaquePointer) -> String {
    var text = [CChar](repeating: 0, count: Int(VIR_UUID_STRING_BUFLEN))
    guard unsafe libvirt.virDomainGetUUIDString(pointer, &text) == 0 else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  @safe private func order(
    _ verb: String, within deadline: Duration,
    _ body: @escaping @Sendable (OpaquePointer) -> Int32
  ) async throws(LibvirtFailure) {
    try await reference.order("\(verb) domain \(name)", within: deadline, body)
  }
}

// Its life.
extension LibvirtDomain {
  /// Stands on `virDomainCreateWithFlags`.
  package func start(
    paused: Bool = false, within deadline: Duration
  ) async throws(LibvirtFailure) {
    let flags = paused ? VIR_DOMAIN_START_PAUSED.rawValue : 0
    try await order("start", within: deadline) {
      unsafe libvirt.virDomainCreateWithFlags($0, flags)
    }
  }

  /// Stands on `virDomainSuspend`.
  package func suspend(within deadline: Duration) async throws(LibvirtFailure) {
    try await order("suspend", within: deadline) { unsafe libvirt.virDomainSuspend($0) }
  }

  /// Stands on `virDomainResume`.
  package func resume(within deadline: Duration) async throws(LibvirtFailure) {
    try await order("resume", within: deadline) { unsafe libvirt.virDomainResume($0) }
  }

  /// Asks the guest to reboot, over ACPI.
  ///
  /// Stands on `virDomainReboot`.
  package func reboot(within deadline: Duration) async throws(LibvirtFailure) {
    try await order("reboot", within: deadline) { unsafe libvirt.virDomainReboot($0, 0) }
  }

  /// Presses the reset button.
  ///
  /// Stands on `virDomainReset`.
  package func reset(within deadline: Duration) async throws(LibvirtFailure) {
    try await order("reset", within: deadline) { unsafe libvirt.virDomainReset($0, 0) }
  }

  /// Asks the guest to shut down, over ACPI.
  ///
  /// Stands on `virDomainShutdown`.
  package func shutdown(within deadline: Duration) async throws(LibvirtFailure) {
    try await order("shut down", within: deadline) { unsafe libvirt.virDomainShutdown($0) }
  }

  /// Ends QEMU; gracefully is with SIGTERM only, and fails where that is not enough.
  ///
  /// Stands on `virDomainDestroyFlags`.
  package func destroy(
    gracefully: Bool = false, within deadline: Duration
  ) async throws(LibvirtFailure) {
    let flags = gracefully ? VIR_DOMAIN_DESTROY_GRACEFUL.rawValue : 0
    try await order("destroy", within: deadline) { unsafe libvirt.virDomainDestroyFlags($0, flags) }
  }

  /// Forgets the definition.
  ///
  /// Stands on `virDomainUndefineFlags`.
  package func undefine(
    variables: Variables = .removed, within deadline: Duration
  ) async throws(LibvirtFailure) {
    try await order("undefine", within: deadline) {
      unsafe libvirt.virDomainUndefineFlags($0, variables.flag)
    }
  }

  /// Writes memory and state to a file of the daemon's host and ends QEMU.
  ///
  /// Stands on `virDomainSave`.
  package func save(to file: String, within deadline: Duration) async throws(LibvirtFailure) {
    try await order("save", within: deadline) { unsafe libvirt.virDomainSave($0, file) }
  }

  /// Moves the domain to another daemon, by the URI with which this one reaches it.
  ///
  /// The parameters are libvirt's, such as `migrate_uri` and `destination_name`. Stands on `virDomainMigrateToURI3`. libvirt has no migration to a file; that is
  /// ``save(to:within:)``, or the monitor's `migrate` through ``ask(_:within:)``.
  package func migrate(
    to uri: String, parameters: [String: LibvirtValue] = [:],
    how: Migration = [.live, .peerToPeer], within deadline: Duration
  ) async throws(LibvirtFailure) {
    try await order("migrate", within: deadline) { domain in
      let list = LibvirtParameters(parameters)
      return unsafe libvirt.virDomainMigrateToURI3(
        domain, uri, list.first, UInt32(list.count), how.rawValue)
    }
  }
}

// What it is.
extension LibvirtDomain {
  /// Its description, as libvirt understood it.
  ///
  /// Stands on `virDomainGetXMLDesc`.
  package func xml(
    _ details: Details = [], within deadline: Duration
  ) async throws(LibvirtFailure) -> String {
    try await reference.call("describe domain \(name)", within: deadline) {
      unsafe takeString(libvirt.virDomainGetXMLDesc($0, details.rawValue))
    }
  }

  /// Stands on `virDomainGetState`.
  package func state(
    within deadline: Duration
  ) async throws(LibvirtFailure) -> LibvirtDomainState {
    try await reference.call("read the state of domain \(name)", within: deadline) { domain in
      var (number, reason): (Int32, Int32) = (0, 0)
      guard unsafe libvirt.virDomainGetState(domain, &number, &reason, 0) == 0 else { return nil }
      return LibvirtDomainState(number: Int(number), reason: Int(reason))
    }
  }

  /// Stands on `virDomainIsPersistent`.
  package func isPersistent(within deadline: Duration) async throws(LibvirtFailure) -> Bool {
    try await reference.call("look at domain \(name)", within: deadline) { domain in
      let answer = unsafe libvirt.virDomainIsPersistent(domain)
      return answer < 0 ? nil : answer == 1
    }
  }
}

// Its devices and launch security.
extension LibvirtDomain {
  /// Plugs a device in.
  ///
  /// Stands on `virDomainAttachDeviceFlags`.
  package func attach(
    _ device: String, impact: Impact = .current, within deadline: Duration
  ) async throws(LibvirtFailure) {
    try await order("attach a device to", within: deadline) {
      unsafe libvirt.virDomainAttachDeviceFlags($0, device, impact.rawValue)
    }
  }

  /// Asks for a device to be unplugged; ``LibvirtEvent/Kind/deviceRemoved(alias:)`` tells when.
  ///
  /// Stands on `virDomainDetachDeviceFlags`.
  package func detach(
    _ device: String, impact: Impact = .current, within deadline: Duration
  ) async throws(LibvirtFailure) {
    try await order("detach a device from", within: deadline) {
      unsafe libvirt.virDomainDetachDeviceFlags($0, device, impact.rawValue)
    }
  }

  /// Plugs virtual processors in or out.
  ///
  /// Stands on `virDomainSetVcpusFlags`.
  package func setProcessors(
    _ count: UInt32, impact: Impact = .current, within deadline: Duration
  ) async throws(LibvirtFailure) {
    try await order("set the processors of", within: deadline) {
      unsafe libvirt.virDomainSetVcpusFlags($0, count, impact.rawValue)
    }
  }

  /// What the running domain tells of its launch, such as `sev-measurement`.
  ///
  /// Stands on `virDomainGetLaunchSecurityInfo`.
  package func launchSecurityInfo(
    within deadline: Duration
  ) async throws(LibvirtFailure) -> [String: LibvirtValue] {
    let doing = "read the launch security of domain \(name)"
    return try await reference.call(doing, within: deadline) { domain in
      var parameters = LibvirtParameters()
      return unsafe parameters.filled {
        unsafe libvirt.virDomainGetLaunchSecurityInfo(domain, $0, $1, 0)
      }
    }
  }

  /// Gives a paused domain its secret: `sev-secret-header`, `sev-secret`, `sev-secret-set-address`.
  ///
  /// Stands on `virDomainSetLaunchSecurityState`.
  package func setLaunchSecurityState(
    _ values: [String: LibvirtValue], within deadline: Duration
  ) async throws(LibvirtFailure) {
    try await order("set the launch security of", within: deadline) { domain in
      let list = LibvirtParameters(values)
      return unsafe libvirt.virDomainSetLaunchSecurityState(domain, list.first, list.count, 0)
    }
  }

  /// Sends a QMP command, as JSON, to the domain's QEMU; its whole reply.
  ///
  /// QEMU's refusals are replies too, with the key `error`. Stands on
  /// `virDomainQemuMonitorCommand`.
  package func ask(
    _ command: String, within deadline: Duration
  ) async throws(LibvirtFailure) -> String {
    try await reference.call("ask the QEMU of domain \(name)", within: deadline) { domain in
      var reply: UnsafeMutablePointer<CChar>?
      let code = unsafe libvirt.virDomainQemuMonitorCommand(domain, command, &reply, 0)
      let text = unsafe takeString(reply)
      return code < 0 ? nil : text
    }
  }
}
