import CLibvirt
import Foundation
import Synchronization

/// Hands what a connection's daemon tells to everybody who listens.
final class LibvirtNews: Sendable {
  private struct Listeners {
    var byNumber: [Int: AsyncStream<LibvirtEvent>.Continuation] = [:]
    var next = 0
    var isOver = false
  }

  private let listeners = Mutex(Listeners())

  /// The events from now on; ends with the connection.
  ///
  /// A listener that does not keep up loses the oldest events beyond 4096.
  func listen() -> AsyncStream<LibvirtEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: LibvirtEvent.self, bufferingPolicy: .bufferingNewest(4096))
    let number: Int? = listeners.withLock { listeners in
      guard !listeners.isOver else { return nil }
      defer { listeners.next += 1 }
      listeners.byNumber[listeners.next] = continuation
      return listeners.next
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.listeners.withLock { _ = $0.byNumber.removeValue(forKey: number) }
    }
    return stream
  }

  func tell(_ event: LibvirtEvent) {
    let all = listeners.withLock { Array($0.byNumber.values) }
    for listener in all { listener.yield(event) }
  }

  /// Ends all streams, also those that are asked for later.
  func end() {
    let all = listeners.withLock { listeners in
      listeners.isOver = true
      return Array(listeners.byNumber.values)
    }
    for listener in all { listener.finish() }
  }
}

extension LibvirtNews {
  /// Registers for the events of all domains; the ids that end it.
  ///
  /// Blocks. Stands on `virConnectDomainEventRegisterAny` and `virConnectRegisterCloseCallback`.
  func subscribe(to connection: OpaquePointer) -> [Int32]? {
    // Drivers without a daemon, such as the test driver, cannot lose it and refuse this.
    _ = unsafe lent { opaque in
      unsafe libvirt.virConnectRegisterCloseCallback(connection, whenClosed, opaque, release)
    }
    let kinds = unsafe [
      (VIR_DOMAIN_EVENT_ID_LIFECYCLE, unsafeBitCast(whenLifeChanges, to: AnyCallback.self)),
      (VIR_DOMAIN_EVENT_ID_REBOOT, whenRebooted),
      (VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, unsafeBitCast(whenDeviceAdded, to: AnyCallback.self)),
      (VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, unsafeBitCast(whenDeviceRemoved, to: AnyCallback.self)),
    ]
    let ids = unsafe kinds.map { kind, callback in
      unsafe lent { opaque in
        unsafe libvirt.virConnectDomainEventRegisterAny(
          connection, nil, Int32(kind.rawValue), callback, opaque, release)
      }
    }
    return ids.contains { $0 < 0 } ? nil : ids
  }

  /// Ends what ``subscribe(to:)`` began; blocks.
  static func unsubscribe(_ ids: [Int32], from connection: OpaquePointer) {
    for id in ids { _ = unsafe libvirt.virConnectDomainEventDeregisterAny(connection, id) }
    _ = unsafe libvirt.virConnectUnregisterCloseCallback(connection, whenClosed)
  }

  /// Lends libvirt a reference, which it gives back with ``release``, unless it refuses.
  private func lent(_ register: (UnsafeMutableRawPointer) -> Int32) -> Int32 {
    let reference = unsafe Unmanaged.passRetained(self)
    let answer = unsafe register(reference.toOpaque())
    if answer < 0 { unsafe reference.release() }
    return answer
  }
}

private typealias AnyCallback =
  @convention(c) (
    virConnectPtr?, virDomainPtr?, UnsafeMutableRawPointer?
  ) -> Void
private typealias DeviceCallback =
  @convention(c) (
    virConnectPtr?, virDomainPtr?, UnsafePointer<CChar>?, UnsafeMutableRawPointer?
  ) -> Void

private let release: @convention(c) (UnsafeMutableRawPointer?) -> Void = { opaque in
  if let opaque = unsafe opaque { unsafe Unmanaged<LibvirtNews>.fromOpaque(opaque).release() }
}

private let whenLifeChanges:
  @convention(c) (virConnectPtr?, virDomainPtr?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 =
    { _, domain, number, detail, opaque in
      unsafe tell(opaque, domain, .init(lifecycle: Int(number), detail: Int(detail)))
      return 0
    }

private let whenRebooted: AnyCallback = { _, domain, opaque in
  unsafe tell(opaque, domain, .reboot)
}

private let whenDeviceAdded: DeviceCallback = { _, domain, alias, opaque in
  unsafe tell(opaque, domain, alias.map { unsafe .deviceAdded(alias: String(cString: $0)) })
}

private let whenDeviceRemoved: DeviceCallback = { _, domain, alias, opaque in
  unsafe tell(opaque, domain, alias.map { unsafe .deviceRemoved(alias: String(cString: $0)) })
}

private let whenClosed: virConnectCloseFunc = { _, _, opaque in
  if let opaque = unsafe opaque {
    unsafe Unmanaged<LibvirtNews>.fromOpaque(opaque).takeUnretainedValue().end()
  }
}

private func tell(
  _ opaque: UnsafeMutableRawPointer?, _ domain: virDomainPtr?, _ kind: LibvirtEvent.Kind?
) {
  guard let opaque = unsafe opaque, let domain = unsafe domain, let kind,
    let name = unsafe libvirt.virDomainGetName(domain)
  else { return }
  unsafe Unmanaged<LibvirtNews>.fromOpaque(opaque).takeUnretainedValue().tell(
    LibvirtEvent(domain: String(cString: name), kind: kind))
}

/// Makes libvirt ready once: loaded, quiet, and with a thread of its own for the event loop; gives why
/// that failed.
///
/// Must be evaluated before the first connection is opened. Stands on `virSetErrorFunc` and
/// `virEventRegisterDefaultImpl`.
let libvirtIsReady: LibvirtFailure? = {
  if let libvirtFailure { return libvirtFailure }
  // Errors reach the caller as values; by default libvirt also prints them.
  unsafe libvirt.virSetErrorFunc(nil) { _, _ in }
  _ = libvirt.virInitialize()
  _ = libvirt.virEventRegisterDefaultImpl()
  Thread.detachNewThread {
    while true {
      // A loop that fails at once, as with no file numbers left, must not burn a processor.
      if libvirt.virEventRunDefaultImpl() < 0 { Thread.sleep(forTimeInterval: 0.05) }
    }
  }
  return nil
}()
