import LodgeEvidence
import LodgeHost
import LodgeModel
import Synchronization

extension WorkingTree {
  /// Reads what a tree shows once some edits are made; what they do not touch is taken from `start`.
  ///
  /// - Throws: ``StaleEdit`` for an edit that changes nothing.
  func evidence(
    after edits: [Edit], of set: MutableSet, beside others: [String: [Package]],
    answers: KeptAnswers,
    from start: Evidence?
  ) async throws -> Evidence {
    for edit in edits { try edit.apply(to: self) }
    let facts =
      start == nil ? Set(FactName.allCases) : edits.reduce(into: []) { $0.formUnion($1.facts) }
    let replies = edits.filter { !$0.replies.isEmpty }
    let changed = Mutex<Result<Int, StaleEdit>>(.success(0))
    let isOther = edits.contains(where: \.changesQEMU)
    let interposer = Interposer { invocation, run in
      let finished =
        isOther ? try await run() : try await answers.finished(invocation, run)
      guard !replies.isEmpty else { return finished }
      do {
        let (other, count) = try finished.changed(
          by: replies.flatMap(\.replies), arguments: invocation.arguments, invocation.input)
        changed.withLock { $0 = $0.map { $0 + count } }
        return other
      } catch let stale as StaleEdit {
        changed.withLock { $0 = .failure(stale) }
        return finished
      }
    }
    let rename = edits.compactMap(\.owners).last
    var packages = set.lock.packages
    for change in edits.compactMap(\.packages) { try change(&packages, others) }
    let (source, lock) = (set.source, Lock(packages: packages))
    let root = try Root(
      at: path, interposer: interposer,
      ownerOf: { file in
        let owner = set.ownerOf(file)
        return rename.map { $0(owner) } ?? owner
      }, closure: { .found(try await set.closure(lock, source)) })
    var evidence = start ?? Evidence()
    await withTaskGroup(of: (@Sendable (inout Evidence) -> Void).self) { group in
      for collector in allCollectors where facts.contains(collector.fact) {
        group.addTask { await collector(root) }
      }
      for await change in group { change(&evidence) }
    }
    if let first = replies.first {
      guard try changed.withLock({ try $0.get() }) > 0 else {
        throw StaleEdit("\(first.title): no answer of QEMU is changed by it")
      }
    }
    return evidence
  }
}
