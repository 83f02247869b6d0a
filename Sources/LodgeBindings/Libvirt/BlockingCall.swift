import Foundation
import Synchronization

/// Runs a call that blocks in C on a thread of its own, so that Swift's shared threads stay free.
///
/// Where the deadline passes or the waiting task is cancelled, the caller learns it at once; the
/// thread stays until its call returns, and what that brings is dropped. One thread per call also
/// keeps libvirt's last error, which is a thread's own, with the call that it belongs to.
///
/// - Throws: what `body` throws, ``LibvirtFailure/deadline(doing:_:)`` and
///   ``LibvirtFailure/cancelled(doing:)``.
func onItsOwnThread<Value: Sendable>(
  _ doing: String, within deadline: Duration,
  _ body: @escaping @Sendable () throws(LibvirtFailure) -> Value
) async throws(LibvirtFailure) -> Value {
  // No time left means no call, rather than one whose answer nobody waits for.
  guard deadline > .zero else { throw .deadline(doing: doing, deadline) }
  let answer = Answer<Value>()
  Thread.detachNewThread { answer.give(Result(catching: body)) }
  return try await withTaskGroup { group in
    group.addTask {
      do {
        try await Task.sleep(for: deadline)
        answer.give(.failure(.deadline(doing: doing, deadline)))
      } catch {
        answer.give(.failure(.cancelled(doing: doing)))
      }
    }
    defer { group.cancelAll() }
    return await answer.first()
  }.get()
}

/// The first of several answers; later ones are dropped.
private final class Answer<Value: Sendable>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Result<Value, LibvirtFailure>, Never>)
    case given(Result<Value, LibvirtFailure>)
    case taken
  }

  private let state = Mutex(State.open)

  /// Waits for the first answer; at most one task may wait.
  func first() async -> Result<Value, LibvirtFailure> {
    await withCheckedContinuation { continuation in
      let early: Result<Value, LibvirtFailure>? = state.withLock { state in
        guard case .given(let result) = state else {
          state = .awaited(continuation)
          return nil
        }
        state = .taken
        return result
      }
      if let early { continuation.resume(returning: early) }
    }
  }

  func give(_ result: Result<Value, LibvirtFailure>) {
    let waiting: CheckedContinuation<Result<Value, LibvirtFailure>, Never>? = state.withLock {
      switch $0 {
      case .open:
        $0 = .given(result)
        return nil
      case .awaited(let continuation):
        $0 = .taken
        return continuation
      case .given, .taken:
        return nil
      }
    }
    waiting?.resume(returning: result)
  }
}
