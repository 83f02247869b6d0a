import LodgeBindings
import Synchronization

/// What happened to domains since a scenario began; written by the task that follows the daemon.
final class EventRecord: Sendable {
  private let events = Mutex<[LibvirtEvent]>([])

  /// Follows a connection's events while some work is done.
  static func following(
    _ connection: LibvirtConnection, _ work: (EventRecord) async -> Void
  ) async {
    let record = EventRecord()
    let stream = connection.events()
    async let _: Void = record.follow(stream)
    await work(record)
    // Leaving the scope cancels the task that follows.
  }

  private func follow(_ stream: AsyncStream<LibvirtEvent>) async {
    for await event in stream { events.withLock { $0.append(event) } }
  }

  /// What happened to a domain, each as `stopped (failed)`.
  func descriptions(of domain: String) -> [String] {
    events.withLock { events in
      events.filter { $0.domain == domain }.map { "\($0)".dropFirst(domain.count + 2) }
        .map(String.init)
    }
  }
}
