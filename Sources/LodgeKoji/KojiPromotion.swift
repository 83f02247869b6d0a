/// Builds that are to go from one tag to another, as they were judged together.
package struct KojiPromotion: Equatable, Sendable {
  /// How the builds get there.
  package enum Way: String, Sendable {
    /// The source keeps them.
    case tag
    /// The source loses them.
    case move
  }

  /// Names of tags.
  package var source: String
  package var target: String
  package var way: Way
  /// The builds that were judged.
  package var judged: [KojiBuild]
  /// Those of them that the target does not have yet, in the same order.
  package var pending: [KojiBuild]

  /// Compares what was judged with what both tags have now.
  ///
  /// - Throws: ``KojiFailure`` where the source no longer has the judged builds as the latest ones of
  ///   their packages, where one is not complete, and where the target is locked.
  package init(
    of names: [KojiBuildName], from source: String, to target: String, way: Way, on hub: KojiHub
  ) async throws(KojiFailure) {
    (self.source, self.target, self.way) = (source, target, way)
    judged = try await hub.completeBuilds(names)
    let event = try await hub.lastEvent()
    guard !(try await hub.tag(target, at: event).isLocked) else {
      throw .locked(hub: hub.address, tag: target)
    }
    let there = Set(try await hub.builds(in: target, at: event, inherited: false).map(\.id))
    pending = judged.filter { !there.contains($0.id) }
    let latest = try await hub.latestBuilds(in: source, at: event)
    try check(latest, on: hub)
  }

  /// A build that was moved before is no longer in the source, and an older one may be latest now.
  private func check(_ latest: [KojiBuild], on hub: KojiHub) throws(KojiFailure) {
    let wanted = Set((way == .move ? pending : judged).map(\.id))
    let doneNames = way == .move ? Set(judged.map(\.name)).subtracting(pending.map(\.name)) : []
    let found = Set(latest.map(\.id))
    let gone = judged.filter { wanted.contains($0.id) && !found.contains($0.id) }.map(\.nvr)
    // A tag may hold builds that the set has nothing of; they stay where they are.
    let names = Set(judged.map(\.name)).subtracting(doneNames)
    let appeared = latest.filter { !wanted.contains($0.id) && names.contains($0.name) }.map(\.nvr)
    guard gone.isEmpty, appeared.isEmpty else {
      throw .moved(hub: hub.address, tag: source, gone: gone, appeared: appeared)
    }
    guard way == .move else { return }
    for build in latest where wanted.contains(build.id) {
      if let owner = build.tag, owner != source {
        throw .inherited(hub: hub.address, build: build.nvr, tag: source, owner: owner)
      }
    }
  }

  /// Brings the pending builds to the target, one after the other, and looks whether they are there.
  ///
  /// The tags are compared once more first, as they may have changed since. The closure is told of
  /// each build that came to the target.
  ///
  /// - Throws: ``KojiFailure``; where some builds came to the target before, it names them.
  package func carryOut(
    by session: KojiSession, waiting wait: KojiWait = KojiWait(),
    arrived: (KojiBuild) -> Void = { _ in }
  ) async throws(KojiFailure) {
    let now = try await KojiPromotion(
      of: judged.map { .id($0.id) }, from: source, to: target, way: way, on: session.hub)
    var done: [String] = []
    for build in now.pending {
      do throws(KojiFailure) {
        try await bring(build, by: session, waiting: wait)
      } catch {
        guard !done.isEmpty else { throw error }
        throw .halfDone(hub: session.hub.address, tag: target, done: done, error)
      }
      done.append(build.nvr)
      arrived(build)
    }
  }

  private func bring(
    _ build: KojiBuild, by session: KojiSession, waiting wait: KojiWait
  ) async throws(KojiFailure) {
    do throws(KojiFailure) {
      let task =
        switch way {
        case .tag: try await session.tag(build, with: target)
        case .move: try await session.move(build, from: source, to: target)
        }
      try await session.hub.finish(task, waiting: wait)
    } catch .refused(_, _, let fault) where fault.code == Self.retryFault {
      // The hub has done it, and only its answer was lost: the task is not known, but what it does.
      try await settle(build, on: session.hub, waiting: wait)
      return
    }
    guard try await hasArrived(build, on: session.hub) else {
      throw .misplaced(hub: session.hub.address, build: build.nvr, tag: target)
    }
  }

  /// `RetryError` of koji/__init__.py: the call has been carried out under its number before.
  private static let retryFault = 1009

  /// Waits for a build to be at its target by the work of a task that is not known.
  private func settle(
    _ build: KojiBuild, on hub: KojiHub, waiting wait: KojiWait
  ) async throws(KojiFailure) {
    let end = ContinuousClock.now + wait.deadline
    var pause = wait.firstPause
    while try await !hasArrived(build, on: hub) {
      let failure = KojiFailure.misplaced(hub: hub.address, build: build.nvr, tag: target)
      guard ContinuousClock.now + pause < end else { throw failure }
      do { try await Task.sleep(for: pause) } catch { throw failure }
      pause = min(pause * 2, wait.longestPause)
    }
  }

  private func hasArrived(_ build: KojiBuild, on hub: KojiHub) async throws(KojiFailure) -> Bool {
    let event = try await hub.lastEvent()
    guard
      try await hub.builds(in: target, at: event, inherited: false).contains(where: {
        $0.id == build.id
      })
    else { return false }
    guard way == .move else { return true }
    return try await !hub.builds(in: source, at: event, inherited: false).contains {
      $0.id == build.id
    }
  }
}
