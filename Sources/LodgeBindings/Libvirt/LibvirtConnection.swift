import CLibvirt
import Foundation
import Synchronization

/// A connection to a libvirt daemon; owns the C handle.
///
/// Every call runs on a thread of its own and ends by its deadline
/// (``LibvirtFailure/deadline(doing:_:)``), also when the daemon hangs. Calls may be made at the
/// same time from any task: libvirt's handles are made for that. Keepalive stays off, as deadlines
/// already bound every wait.
package final class LibvirtConnection: Sendable {
  /// The URI it was opened with.
  package let uri: String
  private let news: LibvirtNews
  private let open: Mutex<LibvirtReference?>

  /// Opens a connection, such as to `qemu+unix:///system?socket=PATH`, and follows its events.
  ///
  /// Stands on `virConnectOpen`.
  package init(_ uri: String, within deadline: Duration) async throws(LibvirtFailure) {
    if let failure = libvirtIsReady { throw failure }
    let doing = "connect to \(uri)"
    let news = LibvirtNews()
    let reference = try await onItsOwnThread(doing, within: deadline) {
      () throws(LibvirtFailure) in
      guard let pointer = unsafe libvirt.virConnectOpen(uri) else {
        throw .refused(LibvirtError(lastWhile: doing))
      }
      guard let ids = unsafe news.subscribe(to: pointer) else {
        let error = LibvirtError(lastWhile: doing)
        _ = unsafe libvirt.virConnectClose(pointer)
        throw .refused(error)
      }
      return unsafe LibvirtReference(owning: pointer) { pointer in
        unsafe LibvirtNews.unsubscribe(ids, from: pointer)
        return unsafe libvirt.virConnectClose(pointer)
      }
    }
    (self.uri, self.news) = (uri, news)
    open = Mutex(reference)
  }

  deinit { news.end() }

  /// Ends the connection; calls that are under way end by their own deadlines.
  package func close() {
    open.withLock { $0 = nil }
    news.end()
  }

  /// What happens to domains from now on; ends with the connection, also when the daemon dies.
  package func events() -> AsyncStream<LibvirtEvent> { news.listen() }

  /// Makes a call with the connection's pointer; nil from `body` means that libvirt refused.
  @safe func call<Value: Sendable>(
    _ doing: String, within deadline: Duration,
    _ body: @escaping @Sendable (OpaquePointer) -> Value?
  ) async throws(LibvirtFailure) -> Value {
    guard let reference = open.withLock({ $0 }) else { throw .closed(doing: doing) }
    return try await reference.call(doing, within: deadline, body)
  }
}

extension LibvirtConnection {
  /// The daemon's own version, such as 9.0.0.
  ///
  /// Stands on `virConnectGetLibVersion`.
  package func version(within deadline: Duration) async throws(LibvirtFailure) -> String {
    try await call("read the daemon's version", within: deadline) { connection in
      var number: UInt = 0
      guard unsafe libvirt.virConnectGetLibVersion(connection, &number) == 0 else { return nil }
      return "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
    }
  }

  /// The capabilities of host and drivers, as XML.
  ///
  /// Stands on `virConnectGetCapabilities`.
  package func capabilities(within deadline: Duration) async throws(LibvirtFailure) -> String {
    try await call("read capabilities", within: deadline) {
      unsafe takeString(libvirt.virConnectGetCapabilities($0))
    }
  }

  /// What domains may use, as XML; nil means the daemon's own choice.
  ///
  /// Stands on `virConnectGetDomainCapabilities`.
  package func domainCapabilities(
    emulator: String? = nil, architecture: String? = nil, machine: String? = nil,
    virtualization: String? = nil, within deadline: Duration
  ) async throws(LibvirtFailure) -> String {
    try await call("read domain capabilities", within: deadline) {
      unsafe takeString(
        libvirt.virConnectGetDomainCapabilities(
          $0, emulator, architecture, machine, virtualization, 0))
    }
  }

  /// What the daemon knows of the host's SEV, such as `cbitpos` and `max-guests`.
  ///
  /// Stands on `virNodeGetSEVInfo`.
  package func sevInfo(
    within deadline: Duration
  ) async throws(LibvirtFailure) -> [String: LibvirtValue] {
    try await call("read SEV information of the host", within: deadline) { connection in
      var parameters = LibvirtParameters()
      return unsafe parameters.filled { unsafe libvirt.virNodeGetSEVInfo(connection, $0, $1, 0) }
    }
  }

  /// The command line that the daemon would start QEMU with.
  ///
  /// Stands on `virConnectDomainXMLToNative` with the format `qemu-argv`.
  package func commandLine(
    forDomain xml: String, within deadline: Duration
  ) async throws(LibvirtFailure) -> String {
    try await call("turn a domain into a command line", within: deadline) {
      unsafe takeString(libvirt.virConnectDomainXMLToNative($0, "qemu-argv", xml, 0))
    }
  }
}

extension LibvirtConnection {
  /// Defines a persistent domain; `validating` has the daemon check it against its schema first.
  ///
  /// Stands on `virDomainDefineXMLFlags`.
  package func define(
    _ xml: String, validating: Bool = true, within deadline: Duration
  ) async throws(LibvirtFailure) -> LibvirtDomain {
    let flags = validating ? VIR_DOMAIN_DEFINE_VALIDATE.rawValue : 0
    return try await call("define a domain", within: deadline) {
      unsafe libvirt.virDomainDefineXMLFlags($0, xml, flags).map {
        unsafe LibvirtDomain(owning: $0)
      }
    }
  }

  /// Starts a transient domain.
  ///
  /// Stands on `virDomainCreateXML`.
  package func create(
    _ xml: String, paused: Bool = false, validating: Bool = true, within deadline: Duration
  ) async throws(LibvirtFailure) -> LibvirtDomain {
    var flags: UInt32 = 0
    if paused { flags |= VIR_DOMAIN_START_PAUSED.rawValue }
    if validating { flags |= VIR_DOMAIN_START_VALIDATE.rawValue }
    return try await call("create a domain", within: deadline) { [flags] in
      unsafe libvirt.virDomainCreateXML($0, xml, flags).map { unsafe LibvirtDomain(owning: $0) }
    }
  }

  /// The domain of a name; an error with the code `VIR_ERR_NO_DOMAIN` where there is none.
  ///
  /// Stands on `virDomainLookupByName`.
  package func domain(
    named name: String, within deadline: Duration
  ) async throws(LibvirtFailure) -> LibvirtDomain {
    try await call("find the domain \(name)", within: deadline) {
      unsafe libvirt.virDomainLookupByName($0, name).map { unsafe LibvirtDomain(owning: $0) }
    }
  }

  /// All domains, running or not, by name.
  ///
  /// Stands on `virConnectListAllDomains`.
  package func domains(
    within deadline: Duration
  ) async throws(LibvirtFailure) -> [LibvirtDomain] {
    try await call("list domains", within: deadline) { connection in
      var list: UnsafeMutablePointer<virDomainPtr?>?
      let count = unsafe libvirt.virConnectListAllDomains(connection, &list, 0)
      guard count >= 0 else { return nil }
      defer { unsafe free(list) }
      let pointers = unsafe UnsafeBufferPointer(start: list, count: Int(count))
      return unsafe pointers.compactMap { pointer in
        unsafe pointer.map { unsafe LibvirtDomain(owning: $0) }
      }.sorted { $0.name < $1.name }
    }
  }

  /// Brings back a domain that ``LibvirtDomain/save(to:within:)`` wrote to a file.
  ///
  /// Stands on `virDomainRestoreFlags`.
  package func restore(
    from file: String, paused: Bool = false, within deadline: Duration
  ) async throws(LibvirtFailure) {
    let flags = paused ? VIR_DOMAIN_SAVE_PAUSED.rawValue : 0
    try await call("restore a domain from \(file)", within: deadline) {
      unsafe libvirt.virDomainRestoreFlags($0, file, nil, flags) < 0 ? nil : ()
    }
  }
}
