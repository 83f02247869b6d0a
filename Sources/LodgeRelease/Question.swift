import Foundation
import LodgeModel

/// One requirement for cells, put to one set at one time.
struct Question {
  let requirement: String
  let cells: Requirement.Cells
  let set: SetRecord
  /// The record of the set that ``Requirement/Cells/against`` names; nil without one.
  let baseline: SetRecord?
  let now: Date

  /// How every cell stands that the requirement means.
  ///
  /// - Throws: ``PolicyFailure/fitsNothing(requirement:what:near:)`` for a pattern or type that means
  ///   no cell.
  func standings(of all: CellsOfSet) throws(PolicyFailure) -> [Standing] {
    let (chosen, used) = choice(of: all)
    for (what, isUsed, ids) in used where !isUsed {
      throw .fitsNothing(
        requirement: requirement, what: what.title, near: nearest(to: what.text, among: ids(all)))
    }
    let standings = chosen.flatMap(standings)
    guard !standings.isEmpty else {
      throw .fitsNothing(requirement: requirement, what: "all of it", near: nil)
    }
    return standings
  }
}

// MARK: which cells

extension Question {
  private typealias Part = (title: String, text: String)
  private typealias Use = (Part, isUsed: Bool, (CellsOfSet) -> [String])

  /// The cells that the requirement means, and of each of its parts whether it had a say in that.
  private func choice(of all: CellsOfSet) -> ([CellsOfSet.Entry], [Use]) {
    let able = all.entries.filter { entry in
      isInScope(entry.claim) && !stages(of: entry).isEmpty
        && !cells.except.contains { entry.claim.answers(to: $0) }
    }
    let chosen = able.filter { isNamed($0.claim) }
    var used = globs.map { kind, glob -> Use in
      (
        ("\(kind.rawValue) \(glob)\(scope)", glob.description),
        isUsed: chosen.contains { $0.claim.kind == kind && $0.claim.answers(to: glob) },
        { $0.entries.map(\.claim).filter { $0.kind == kind }.map(\.promise) }
      )
    }
    used += (cells.platforms ?? []).map { glob in
      (
        ("platform \(glob)", glob.description),
        isUsed: chosen.contains { $0.claim.platform.map(glob.matches) == true },
        { $0.entries.compactMap(\.claim.platform) }
      )
    }
    used += (cells.types ?? []).map { type in
      (
        ("type \(type.rawValue)", type.rawValue),
        isUsed: chosen.contains { $0.claim.type == type }, { _ in [] }
      )
    }
    used += cells.except.map { glob in
      (
        ("except \(glob)", glob.description),
        isUsed: all.entries.contains { isNamed($0.claim) && $0.claim.answers(to: glob) },
        { $0.entries.map(\.claim.promise) }
      )
    }
    return (chosen, used)
  }

  private var globs: [(Cell.Kind, Glob)] {
    cells.contracts.map { (.contract, $0) } + cells.scenarios.map { (.scenario, $0) }
  }

  /// What narrows every pattern, for messages.
  private var scope: String {
    let types = cells.types.map { " of types \($0.map(\.rawValue).joined(separator: ", "))" }
    let places = cells.platforms.map {
      " on platforms \($0.map(\.description).joined(separator: ", "))"
    }
    return (types ?? "") + (places ?? "") + " up to stage \(cells.stage.rawValue)"
  }

  private func isNamed(_ claim: Claim) -> Bool {
    let globs = claim.kind == .contract ? cells.contracts : cells.scenarios
    return globs.contains { claim.answers(to: $0) }
  }

  private func isInScope(_ claim: Claim) -> Bool {
    let isOfType = cells.types.map { types in claim.type.map(types.contains) == true } ?? true
    let isOnPlatform =
      cells.platforms.map { globs in
        guard let platform = claim.platform else { return false }
        return globs.contains { $0.matches(platform) }
      } ?? true
    return isOfType && isOnPlatform
  }

  /// The stages at which a claim is asked for.
  ///
  /// What a contract is about fixes where it is judged, so it is asked for wherever that is up to the
  /// required stage. A scenario can be tried at any, so it is asked for at the required one or
  /// beyond.
  private func stages(of entry: CellsOfSet.Entry) -> [Stage] {
    switch entry.claim.kind {
    case .contract:
      let known = entry.planned + entry.observations.map(\.cell.stage)
      return Stage.allCases.filter { $0 <= cells.stage && known.contains($0) }
    case .scenario: return [cells.stage]
    }
  }
}

// MARK: how they stand

extension Question {
  private func standings(of entry: CellsOfSet.Entry) -> [Standing] {
    let counted = entry.observations.filter { observation in
      cells.labs.map { labs in labs.contains { $0.matches(observation.lab) } } ?? true
    }
    let asked = stages(of: entry).map { stage in
      let fitting = counted.filter { observation in
        entry.claim.kind == .contract
          ? observation.cell.stage == stage : observation.cell.stage >= stage
      }
      return standing(of: entry, at: stage, fitting, among: counted)
    }
    // A failure is certain, at whatever stage it was seen.
    let seen = Set(stages(of: entry))
    let beyond = counted.filter { observation in
      let stage = observation.cell.stage
      let isCounted =
        entry.claim.kind == .contract ? seen.contains(stage) : stage >= cells.stage
      return observation.cell.outcome == .fail && !isCounted
    }
    return asked
      + beyond.map { failed($0, entry, among: counted) }
  }

  /// How a claim stands by what was seen at the stage, or, for a scenario, at it and beyond.
  private func standing(
    of entry: CellsOfSet.Entry, at stage: Stage, _ seen: [Observation], among all: [Observation]
  ) -> Standing {
    if let early = seen.first(where: { $0.seen > now + Gate.patience }) {
      return made(
        entry, early.cell.stage, .fromTheFuture,
        "run \(early.run) of lab \(early.lab) began at \(early.seen.utc), which is yet to come",
        next: "mend the clock of \(early.lab) or of this host, and run it again", from: early)
    }
    if let failure = seen.first(where: { $0.cell.outcome == .fail }) {
      return failed(failure, entry, among: seen)
    }
    let compared = seen.filter { isComparedRightly($0, entry) }
    let green = compared.filter { meaning(of: $0.cell.outcome) != nil }
    if let good = green.last(where: { !isStale($0) }) { return satisfied(good, entry) }
    if let run = set.underWay.last {
      return made(
        entry, stage, .running,
        "run \(run.run) of this set is under way since \(run.began.utc), and has not come to it",
        next: "wait until it has ended, then ask again", from: nil)
    }
    if let old = green.last { return stale(old, entry) }
    if let other = seen.last(where: {
      !compared.contains($0) && meaning(of: $0.cell.outcome) != nil
    }) {
      return otherBaseline(other, entry)
    }
    if let last = seen.last { return open(last, entry) }
    // Where the packages do not make the promise, no later stage has a cell of it.
    if entry.claim.kind == .contract, cells.notApplicable == .accepted,
      let rule = all.last(where: { $0.cell.stage < stage && $0.cell.outcome == .notApplicable })
    {
      return satisfied(rule, entry)
    }
    return missing(entry, stage, among: all)
  }

  /// What an outcome that is no failure satisfies the requirement as; nil where it does not.
  private func meaning(of outcome: Outcome) -> Standing.State? {
    switch outcome {
    case .pass: .passed
    case .notApplicable: cells.notApplicable == .accepted ? .notApplicable : nil
    case .notRun: cells.notRun == .accepted ? .accepted : nil
    case .blocked: cells.blocked == .accepted ? .accepted : nil
    case .fail, .error: nil
    }
  }

  private func isStale(_ seen: Observation) -> Bool {
    cells.fresh.map { now.timeIntervalSince(seen.seen) > $0 } ?? false
  }

  private func isComparedRightly(_ seen: Observation, _ entry: CellsOfSet.Entry) -> Bool {
    guard cells.against != nil, entry.compares, seen.cell.stage == .packages else { return true }
    return baseline != nil && seen.baseline == baseline?.id
  }

  private func satisfied(_ seen: Observation, _ entry: CellsOfSet.Entry) -> Standing {
    let state = meaning(of: seen.cell.outcome) ?? .passed
    return made(entry, seen.cell.stage, state, seen.cell.reason, next: "", from: seen)
  }

  private func failed(
    _ seen: Observation, _ entry: CellsOfSet.Entry, among others: [Observation]
  ) -> Standing {
    let signs = seen.cell.signs
    let elsewhere = others.last {
      $0.cell.outcome == .pass && $0.lab != seen.lab && $0.cell.stage == seen.cell.stage
    }
    let doubt = elsewhere.map { "; lab \($0.lab) saw it pass in run \($0.run)" } ?? ""
    var standing = made(
      entry, seen.cell.stage, .failed, seen.cell.reason + doubt,
      next: seen.cell.findings.first { $0.grade == .fail && !$0.remedy.isEmpty }?.remedy
        ?? "lodge explain \(entry.claim.catalogue ?? entry.claim.id)", from: seen)
    standing.signs = signs
    if cells.failures == .new, isKnown(signs, entry, at: seen.cell.stage) {
      standing.state = .known
      standing.reason += "; \(cells.against ?? "the baseline") fails alike"
      standing.next = ""
    }
    return standing
  }

  /// Whether the baseline fails in the same way.
  private func isKnown(_ signs: [FailureSign], _ entry: CellsOfSet.Entry, at stage: Stage) -> Bool {
    (baseline?.observations ?? []).contains { other in
      other.cell.outcome == .fail && other.cell.stage == stage
        && Claim(of: other.cell).withoutNumber == entry.claim.withoutNumber
        && Set(signs).isSubset(of: other.cell.signs)
    }
  }

  private func stale(_ seen: Observation, _ entry: CellsOfSet.Entry) -> Standing {
    let limit = cells.fresh ?? 0
    return made(
      entry, seen.cell.stage, .stale,
      "run \(seen.run) of lab \(seen.lab) saw it at \(seen.seen.utc), and the policy takes nothing"
        + " older than \(limit.inWords)",
      next: again(entry, seen.cell.stage), from: seen)
  }

  private func otherBaseline(_ seen: Observation, _ entry: CellsOfSet.Entry) -> Standing {
    let name = cells.against ?? ""
    let wanted =
      baseline.map { "\(name) \($0.id.short)" } ?? "\(name), of which nothing is recorded"
    let had =
      seen.baseline.map { "it was compared with \($0.short)" } ?? "it was compared with none"
    return made(
      entry, seen.cell.stage, .otherBaseline,
      "\(had), and the policy asks for \(wanted)",
      next: baseline == nil
        ? "lodge run MATRIX --set \(name), then this set with --against \(name)"
        : "\(again(entry, seen.cell.stage)) --against \(name)", from: seen)
  }

  /// What was seen and is neither green nor red.
  private func open(_ seen: Observation, _ entry: CellsOfSet.Entry) -> Standing {
    let stage = seen.cell.stage
    switch seen.cell.outcome {
    case .error:
      return made(
        entry, stage, .errored, seen.cell.reason,
        next: "lodge could not tell: mend what it says, then \(again(entry, stage))", from: seen)
    case .blocked:
      return made(
        entry, stage, .blocked, seen.cell.reason, next: "mend what blocks it first", from: seen)
    case .notApplicable:
      return made(
        entry, stage, .notPromised, seen.cell.reason,
        next: "the policy asks for it all the same: build a set that makes the promise", from: seen)
    case .notRun, .pass, .fail:
      return made(
        entry, stage, .notRun, seen.cell.reason,
        next: "give it what it needs, then \(again(entry, stage))", from: seen)
    }
  }

  private func missing(
    _ entry: CellsOfSet.Entry, _ stage: Stage, among all: [Observation]
  ) -> Standing {
    let known = all.map(\.cell.stage).max()
    let labs = cells.labs.map { " by lab \($0.map(\.description).joined(separator: " or "))" } ?? ""
    let others = entry.observations.filter { !all.contains($0) }.map(\.lab)
    let reason =
      known.map {
        "it was seen up to stage \($0.rawValue) only; nothing is recorded at \(stage.rawValue)\(labs)"
      }
      ?? "nothing is recorded of it\(labs)"
      + (others.isEmpty ? "" : "; lab \(Set(others).sorted().joined(separator: ", ")) saw it")
    let isPossible = entry.planned.contains(stage)
    return made(
      entry, stage, .missing, reason,
      next: isPossible
        ? again(entry, stage)
        : "import a bundle of a lab that judges it at stage \(stage.rawValue)", from: nil)
  }

  /// The command that judges it again.
  private func again(_ entry: CellsOfSet.Entry, _ stage: Stage) -> String {
    // Of a set that was never run, everything is to be run, and said once.
    guard !set.observations.isEmpty else { return "lodge run MATRIX --set \(set.name)" }
    let promise = entry.claim.promise
    let what =
      entry.claim.kind == .contract
      ? "--contract \(entry.claim.catalogue ?? promise)" : "--scenario \(promise)"
    return "lodge run MATRIX --set \(set.name) \(what)"
  }

  private func made(
    _ entry: CellsOfSet.Entry, _ stage: Stage, _ state: Standing.State, _ reason: String,
    next: String, from seen: Observation?
  ) -> Standing {
    Standing(
      requirement: requirement, subject: .cell(entry.claim, stage), state: state, reason: reason,
      signs: state.signs(reason), next: next, source: seen.map(Standing.Source.init))
  }
}

extension Standing.State {
  /// What it looks like; what the record alone says of itself, such as its age, is left out.
  fileprivate func signs(_ reason: String) -> [FailureSign] {
    switch self {
    case .passed, .notApplicable, .accepted, .known: []
    case .failed, .errored, .blocked, .notPromised, .notRun: [FailureSign(rawValue, reason)]
    case .missing, .running, .stale, .otherBaseline, .fromTheFuture, .notOffered:
      [FailureSign(rawValue)]
    }
  }
}

extension Cell {
  /// What it looks like where it is red; empty for all others.
  var signs: [FailureSign] {
    switch outcome {
    case .pass, .notRun, .notApplicable: []
    case .error: Standing.State.errored.signs(reason)
    case .blocked: Standing.State.blocked.signs(reason)
    case .fail:
      Set((failures.isEmpty ? [reason] : failures).map { FailureSign(outcome.rawValue, $0) })
        .sorted()
    }
  }

  private var failures: [String] { findings.filter { $0.grade == .fail }.map(\.summary) }
}
