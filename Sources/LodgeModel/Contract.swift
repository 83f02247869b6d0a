/// One promise between members of a set, and how to tell whether a set keeps it.
package struct Contract: Identifiable, Sendable {
  /// What a contract says about the facts it was given.
  package enum Verdict: Equatable, Sendable {
    /// The promise was looked at; it is broken only by a finding graded fail.
    case judged([Finding])
    /// The promise was never made here; the text says by what rule.
    case notApplicable(String)

    /// The promise is kept and there is nothing to say.
    package static let kept = Verdict.judged([])
  }

  /// A stable dotted name that stored results refer to.
  package let id: String
  /// The number in the catalogue of contracts, such as `R04`.
  package let catalogue: String
  /// The promise, as one sentence that a maintainer can agree or disagree with.
  package let claim: String
  /// Who makes the promise.
  package let from: [Member]
  /// Who relies on it.
  package let to: [Member]
  /// Where the promise is written down.
  package let basis: String
  /// What to do when it is broken.
  package let remedy: String
  /// The real break that it would have caught.
  package let knownCase: String
  /// The domain types it protects, one cell each; empty for a promise about no one type.
  package let types: [DomainType]
  /// What decides whether it is kept.
  package let judgement: Judgement

  /// Judges some facts of the packages; the type is nil where ``types`` is empty.
  package typealias FactJudge =
    @Sendable (DomainType?, Facts) throws(MissingFact) -> Verdict
  /// Judges the measured launches of one type, with some facts beside them.
  package typealias LaunchJudge =
    @Sendable (DomainType, SetLaunches, Facts) throws(MissingFact) -> Verdict

  /// What decides whether a promise is kept.
  package enum Judgement: Sendable {
    /// Facts of the packages, each cell by itself, and, where there is a second judge, once more
    /// what was measured.
    case facts([FactName], FactJudge, measured: LaunchJudge?)
    /// What became of scenarios, by their ids without the case, wherever they were launched.
    case scenarios([String])
    /// What was measured of all launches.
    case launches([FactName], LaunchJudge)
  }

  /// A promise that packages show.
  package init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, types: [DomainType] = [], reads: [FactName],
    measured: LaunchJudge? = nil, judge: @escaping FactJudge
  ) {
    (self.id, self.catalogue, self.claim) = (id, catalogue, claim)
    (self.from, self.to, self.basis) = (from, to, basis)
    (self.remedy, self.knownCase, self.types) = (remedy, knownCase, types)
    judgement = .facts(reads, judge, measured: measured)
  }

  /// A promise that only a launch shows.
  package init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, types: [DomainType], launching scenarios: [String]
  ) {
    (self.id, self.catalogue, self.claim) = (id, catalogue, claim)
    (self.from, self.to, self.basis) = (from, to, basis)
    (self.remedy, self.knownCase, self.types) = (remedy, knownCase, types)
    judgement = .scenarios(scenarios)
  }

  /// A promise that only measured launches show.
  package init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, types: [DomainType], reads: [FactName] = [],
    measured: @escaping LaunchJudge
  ) {
    (self.id, self.catalogue, self.claim) = (id, catalogue, claim)
    (self.from, self.to, self.basis) = (from, to, basis)
    (self.remedy, self.knownCase, self.types) = (remedy, knownCase, types)
    judgement = .launches(reads, measured)
  }

  /// The facts that it may read.
  package var reads: [FactName] {
    switch judgement {
    case .facts(let reads, _, _), .launches(let reads, _): reads
    case .scenarios: []
    }
  }

  /// The first stage at which it can be judged.
  package var stage: Stage {
    switch judgement {
    case .facts: .packages
    case .scenarios, .launches: .launch
    }
  }
}

/// The evidence as one contract may read it: only the facts it names.
@dynamicMemberLookup
package struct Facts: Sendable {
  private let evidence: Evidence
  private let readable: Set<FactName>

  package init(_ evidence: Evidence, reading names: [FactName]) {
    self.evidence = evidence
    self.readable = Set(names)
  }

  /// A fact that the judgement needs.
  ///
  /// - Throws: ``MissingFact`` where the root does not have it or it could not be read.
  package subscript<Value>(dynamicMember key: KeyPath<Evidence, Fact<Value>>) -> Value {
    get throws(MissingFact) {
      let name = named(key)
      switch evidence[keyPath: key] {
      case .found(let value): return value
      case .absent(let reason): throw MissingFact(name: name, reason: reason, isUnreadable: false)
      case .unreadable(let reason):
        throw MissingFact(name: name, reason: reason, isUnreadable: true)
      }
    }
  }

  /// A fact that sharpens the judgement where it is known.
  package func ifKnown<Value>(_ key: KeyPath<Evidence, Fact<Value>>) -> Value? {
    _ = named(key)
    return evidence[keyPath: key].value
  }

  private func named(_ key: PartialKeyPath<Evidence>) -> FactName {
    guard let name = FactName(of: key), readable.contains(name) else {
      preconditionFailure("a contract reads a fact that it does not name: \(key)")
    }
    return name
  }
}

/// A fact that a contract needed and did not get.
package struct MissingFact: Error, Equatable, CustomStringConvertible {
  package let name: FactName
  package let reason: String
  /// Whether the fact is there but could not be read, which is an error rather than a gap.
  package let isUnreadable: Bool

  package init(name: FactName, reason: String, isUnreadable: Bool) {
    (self.name, self.reason, self.isUnreadable) = (name, reason, isUnreadable)
  }

  package var description: String {
    isUnreadable ? "cannot read \(name.title): \(reason)" : "no \(name.title): \(reason)"
  }
}

extension Contract {
  /// Judges the evidence of one set, giving one cell per domain type; none where it takes a launch.
  package func cells(of evidence: Evidence, clock: ContinuousClock = ContinuousClock()) -> [Cell] {
    guard case .facts(let reads, let judge, _) = judgement else { return [] }
    let facts = Facts(evidence, reading: reads)
    return (types.isEmpty ? [nil] : types.map(Optional.some)).map { type in
      cell(for: type, at: .packages, clock) { () throws(MissingFact) in try judge(type, facts) }
    }
  }

  /// One cell, by what a judge says.
  func cell(
    for type: DomainType?, at stage: Stage, _ clock: ContinuousClock,
    _ judge: () throws(MissingFact) -> Verdict
  ) -> Cell {
    var cell = Cell(
      kind: .contract, id: id, catalogue: catalogue, type: type, stage: stage, outcome: .pass,
      reason: claim)
    let time = clock.measure {
      do throws(MissingFact) {
        cell.record(try judge())
      } catch {
        (cell.outcome, cell.reason) = (error.isUnreadable ? .error : .notRun, "\(error)")
      }
    }
    cell.seconds = time / .seconds(1)
    return cell
  }
}

extension Cell {
  fileprivate mutating func record(_ verdict: Contract.Verdict) {
    switch verdict {
    case .notApplicable(let rule):
      (outcome, reason) = (.notApplicable, rule)
    case .judged(let found):
      findings = found
      guard let worst = found.max(by: { $0.grade < $1.grade }), worst.grade > .info else { return }
      let first = found.first { $0.grade == worst.grade } ?? worst
      (outcome, reason) = (worst.grade == .fail ? .fail : .pass, first.summary)
    }
  }
}
