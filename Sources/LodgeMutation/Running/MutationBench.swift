package import LodgeHost
package import LodgeLaunch
import LodgeModel
import Synchronization

/// Tries mutations and harmless changes on copies of the roots of some sets, several at once.
package final class MutationBench: Sendable {
  private let sets: [String: MutableSet]
  private let answers: [String: KeptAnswers]
  private let catalogue: Catalogue
  private let scratch: Scratch
  private let bases = Mutex<[String: BaseState]>([:])

  /// A base before anything is mutated.
  private struct BaseState: Sendable {
    var shown: Shown
    /// What its packages alone are judged to be; launches are added where they are asked for.
    let judgement: Judgement

    init(_ shown: Shown) {
      (self.shown, judgement) = (shown, Judgement(of: shown.launching([]), against: shown))
    }
  }

  /// Stands on sets whose roots are there, and on all that can be launched.
  package init(_ sets: [MutableSet], launching catalogue: Catalogue, scratch: Scratch) {
    self.sets = Dictionary(sets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    answers = self.sets.mapValues { _ in KeptAnswers() }
    (self.catalogue, self.scratch) = (catalogue, scratch)
  }

  /// Tries mutations; in their order.
  ///
  /// - Throws: what keeps roots from being copied or put back.
  package func results(
    of mutations: [Mutation], width: Int, done: @escaping @Sendable (MutationResult) -> Void
  ) async throws -> [MutationResult] {
    try await prepare(mutations.map { ($0.base, $0.scenarios) }, width: width)
    return try await each(mutations, width: width) { mutation, trees in
      let result = try await self.result(of: mutation, trees)
      done(result)
      return result
    }
  }

  /// Tries harmless changes; in their order.
  ///
  /// - Throws: what keeps roots from being copied or put back.
  package func results(
    of changes: [HarmlessChange], width: Int, done: @escaping @Sendable (HarmlessResult) -> Void
  ) async throws -> [HarmlessResult] {
    try await prepare(changes.map { ($0.base, $0.scenarios) }, width: width)
    return try await each(changes, width: width) { change, trees in
      let result = try await self.result(of: change, trees)
      done(result)
      return result
    }
  }

  /// Makes the copy of a root that a mutation or harmless change comes to, at a path.
  ///
  /// - Throws: what keeps it from being made.
  package func keep(_ edits: [Edit], on base: Base, at path: String) async throws {
    let tree = try await WorkingTree(of: try set(of: base).root, at: path)
    for edit in base.edits + edits { try edit.apply(to: tree) }
  }

  private func result(of mutation: Mutation, _ trees: Trees) async throws -> MutationResult {
    var result = MutationResult(mutation: mutation)
    let (base, before) = try state(of: mutation.base, launching: mutation.scenarios)
    do {
      let shown = try await shown(
        after: mutation.edits, on: mutation.base, launching: mutation.scenarios, trees,
        from: base.evidence)
      let judgement = Judgement(of: shown, against: base)
      for contract in mutation.contracts {
        let found = judgement.findings(of: contract, newSince: before)
        result.caught[contract] =
          found.first { $0.grade >= mutation.grade && $0.names(mutation.naming) }?.summary
        if result.caught[contract] == nil {
          result.said[contract] =
            "it says \(judgement.words(of: contract)), and before \(before.words(of: contract))"
        }
      }
      result.fallen = judgement.fallen(since: before, except: mutation.contracts)
    } catch let stale as StaleEdit {
      result.stale = stale.description
    }
    return result
  }

  private func result(of change: HarmlessChange, _ trees: Trees) async throws -> HarmlessResult {
    var result = HarmlessResult(change: change)
    let (base, before) = try state(of: change.base, launching: change.scenarios)
    do {
      let shown = try await shown(
        after: change.edits, on: change.base, launching: change.scenarios, trees,
        from: base.evidence)
      result.alarms = Judgement(of: shown, against: base).alarms(since: before)
    } catch let stale as StaleEdit {
      result.stale = stale.description
    }
    return result
  }

  /// Reads the bases that were not read before, and launches on them what is launched of them changed.
  private func prepare(_ wanted: [(base: Base, scenarios: [String])], width: Int) async throws {
    let new = Dictionary(grouping: wanted, by: \.base.name).values.map { same in
      (base: same[0].base, scenarios: Array(Set(same.flatMap(\.scenarios))).sorted())
    }
    let known = bases.withLock { $0 }
    let states = try await each(new, width: width) { one, trees in
      let old = known[one.base.name]?.shown
      let missing = one.scenarios.filter { scenario in
        !(old?.launched.contains { $0.answers(to: Glob(scenario)) } ?? false)
      }
      if let state = known[one.base.name], missing.isEmpty { return (one.base.name, state) }
      var shown = try await self.shown(
        after: [], on: one.base, launching: missing, trees, from: old?.evidence)
      shown.launched += old?.launched ?? []
      return (one.base.name, BaseState(shown))
    }
    bases.withLock { bases in for (name, state) in states { bases[name] = state } }
  }

  /// What a base shows with some scenarios, and what contracts say of that.
  private func state(
    of base: Base, launching scenarios: [String]
  ) throws -> (Shown, Judgement) {
    guard let state = bases.withLock({ $0[base.name] }) else {
      throw StaleEdit("base \(base.name) was not read")
    }
    let shown = state.shown.launching(scenarios.map { Glob($0) })
    return (shown, scenarios.isEmpty ? state.judgement : Judgement(of: shown, against: shown))
  }

  private func set(of base: Base) throws -> MutableSet {
    guard let set = sets[base.set] else { throw StaleEdit("there is no set \(base.set)") }
    return set
  }

  /// What a base shows after some edits; its tree is put back.
  private func shown(
    after edits: [Edit], on base: Base, launching scenarios: [String], _ trees: Trees,
    from start: Evidence?
  ) async throws -> Shown {
    let set = try set(of: base)
    let tree = try await trees.tree(of: set)
    do {
      for edit in base.edits { try edit.apply(to: tree) }
      var shown = Shown(
        evidence: try await tree.evidence(
          after: edits, of: set, beside: sets.mapValues(\.lock.packages),
          answers: answers[set.name] ?? KeptAnswers(), from: start))
      if !scenarios.isEmpty {
        shown.launched = try await launched(scenarios, on: tree, shown.evidence)
      }
      try tree.restore()
      return shown
    } catch {
      try tree.restore()
      throw error
    }
  }

  /// What becomes of scenarios on a tree as it is.
  private func launched(
    _ scenarios: [String], on tree: WorkingTree, _ evidence: Evidence
  ) async throws -> [LaunchStage.Seen] {
    // What libvirt found out about an emulator does not outlive it.
    let cache = scratch.fresh("labs")
    defer { try? removeTree(cache) }
    let stage = LaunchStage(
      of: try catalogue.only(scenarios.map { Glob($0) }), in: scratch, cache: cache)
    return try await stage.launch(
      .init(name: "a changed set", root: tree.path, evidence: evidence)
    ).seen
  }

  /// The copies that one worker has.
  private final class Trees {
    private let scratch: Scratch
    private var trees: [String: WorkingTree] = [:]

    init(in scratch: Scratch) { self.scratch = scratch }

    func tree(of set: MutableSet) async throws -> WorkingTree {
      if let known = trees[set.name] { return known }
      let tree = try await WorkingTree(of: set.root, at: scratch.fresh(set.name))
      trees[set.name] = tree
      return tree
    }

    /// Removes the copies.
    ///
    /// - Throws: ``StaleEdit`` where a root that they are of was changed.
    func remove() throws {
      for tree in trees.values {
        try? removeTree(tree.path)
        try tree.checkOriginal()
      }
    }
  }

  /// Does some work on each item, several at once, each with copies of its own; in their order.
  private func each<Item: Sendable, Product: Sendable>(
    _ items: [Item], width: Int,
    _ work: @escaping @Sendable (Item, Trees) async throws -> Product
  ) async throws -> [Product] {
    let queue = WorkQueue(items)
    let scratch = scratch
    return try await withThrowingTaskGroup(of: [(Int, Product)].self) { group in
      for _ in 0..<max(1, min(width, items.count)) {
        group.addTask {
          let trees = Trees(in: scratch)
          var done: [(Int, Product)] = []
          while let (index, item) = queue.next() {
            try Task.checkCancellation()
            done.append((index, try await work(item, trees)))
          }
          try trees.remove()
          return done
        }
      }
      var all: [(Int, Product)] = []
      for try await done in group { all += done }
      return all.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}

/// What is still to be done, handed out once each with its place.
private final class WorkQueue<Item: Sendable>: Sendable {
  private let waiting: Mutex<ArraySlice<(offset: Int, element: Item)>>

  init(_ items: [Item]) { waiting = Mutex(Array(items.enumerated())[...]) }

  func next() -> (Int, Item)? { waiting.withLock { $0.popFirst() } }
}
