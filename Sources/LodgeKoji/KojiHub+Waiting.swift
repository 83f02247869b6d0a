/// How long a task of a hub is waited for.
package struct KojiWait: Equatable, Sendable {
  /// Before the hub is asked for the second time; each pause after it is twice as long.
  package var firstPause: Duration
  package var longestPause: Duration
  package var deadline: Duration

  package init(
    firstPause: Duration = .seconds(1), longestPause: Duration = .seconds(15),
    deadline: Duration = .seconds(900)
  ) {
    (self.firstPause, self.longestPause) = (firstPause, longestPause)
    self.deadline = deadline
  }
}

extension KojiHub {
  /// Waits for a task to be done.
  ///
  /// - Throws: ``KojiFailure`` where it fails, is canceled, or is not done in time.
  package func finish(
    _ id: Int, waiting wait: KojiWait = KojiWait()
  ) async throws(KojiFailure) {
    let end = ContinuousClock.now + wait.deadline
    var pause = wait.firstPause
    while true {
      let task = try await self.task(id)
      switch task.state {
      case .closed: return
      case .failed, .canceled:
        throw .failedTask(
          hub: address, task: id, task.state, reason: await reason(ofFailed: id))
      case .free, .open, .assigned:
        guard ContinuousClock.now + pause < end else {
          throw .unfinishedTask(hub: address, task: id, task.state)
        }
        do {
          try await Task.sleep(for: pause)
        } catch {
          throw .unfinishedTask(hub: address, task: id, task.state)
        }
        pause = min(pause * 2, wait.longestPause)
      }
    }
  }
}
