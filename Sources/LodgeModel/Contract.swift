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
  /// What decides whether it is kept, each by itself.
  package private(set) var judges: [Judge]

  /// Judges some facts of the packages; the type is nil where ``types`` is empty.
  package typealias FactJudge =
    @Sendable (DomainType?, Facts) throws(MissingFact) -> Verdict
  /// Judges some facts of a set against those of the set that it is compared with.
  package typealias ComparisonJudge =
    @Sendable (DomainType?, _ now: Facts, _ before: Facts) throws(MissingFact) -> Verdict
  /// Judges the measured launches of one type, with some facts beside them.
  package typealias LaunchJudge =
    @Sendable (DomainType, SetLaunches, Facts) throws(MissingFact) -> Verdict
  /// Judges what QEMU sent to the kernel in all launches of one type, with some facts beside it.
  package typealias CallJudge =
    @Sendable (DomainType, SentCalls, Facts) throws(MissingFact) -> Verdict

  /// Judges what libvirt answered in all scenarios of one type.
  package typealias AnswerJudge = @Sendable (DomainType, SetLaunches) -> Verdict

  /// One way to tell whether a promise is kept.
  package enum Judge: Sendable {
    /// Facts of the packages, each cell by itself.
    case facts([FactName], FactJudge)
    /// Facts of the packages against those of another set.
    case comparison([FactName], ComparisonJudge)
    /// What became of scenarios, by their ids without the case, wherever they were launched.
    case scenarios([String])
    /// What was measured of all launches.
    case launches([FactName], LaunchJudge)
    /// What QEMU sent to the kernel in all launches.
    case calls([FactName], CallJudge)
    /// What libvirt answered in all scenarios, against the answers of the set before.
    case answers(AnswerJudge)
    /// A live host of a stage; the text says exactly what it needs.
    case host(Stage, needs: String)

    /// The facts that it may read.
    package var reads: [FactName] {
      switch self {
      case .facts(let reads, _), .comparison(let reads, _), .launches(let reads, _),
        .calls(let reads, _):
        reads
      case .scenarios, .answers, .host: []
      }
    }

    /// The stage at which it judges.
    package var stage: Stage {
      switch self {
      case .facts, .comparison: .packages
      case .scenarios, .launches, .calls, .answers: .launch
      case .host(let stage, _): stage
      }
    }
  }

  /// Makes a contract from its judges.
  package init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, types: [DomainType] = [], judges: [Judge]
  ) {
    (self.id, self.catalogue, self.claim) = (id, catalogue, claim)
    (self.from, self.to, self.basis) = (from, to, basis)
    (self.remedy, self.knownCase, self.types) = (remedy, knownCase, types)
    self.judges = judges
  }

  /// Makes a promise that packages show.
  package init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, types: [DomainType] = [], reads: [FactName],
    judge: @escaping FactJudge
  ) {
    self.init(
      id: id, catalogue: catalogue, claim: claim, from: from, to: to, basis: basis,
      remedy: remedy, knownCase: knownCase, types: types, judges: [.facts(reads, judge)])
  }

  /// The same promise, judged in one more way.
  package func judged(also judge: Judge) -> Contract {
    var copy = self
    copy.judges.append(judge)
    return copy
  }

  /// The facts that it may read, each once.
  package var reads: [FactName] {
    let all = judges.flatMap(\.reads)
    return FactName.allCases.filter(all.contains)
  }

  /// The stages at which it is judged, in their order.
  package var stages: [Stage] {
    Stage.allCases.filter { stage in judges.contains { $0.stage == stage } }
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

  /// A fact without which a promise was not made here; nil where the root has nothing of it.
  ///
  /// - Throws: ``MissingFact`` where it is there but could not be read.
  package func ifThere<Value>(
    _ key: KeyPath<Evidence, Fact<Value>>
  ) throws(MissingFact) -> Value? {
    if case .absent = evidence[keyPath: key] { return ifKnown(key) }
    return try self[dynamicMember: key]
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
  ///
  /// What compares is judged where there is a set to compare with, and says so where there is none.
  package func cells(
    of evidence: Evidence, before: Evidence? = nil, clock: ContinuousClock = ContinuousClock()
  ) -> [Cell] {
    let judges = judges.filter { $0.stage == .packages }
    guard !judges.isEmpty else { return [] }
    return domainTypes.map { type in
      cell(for: type, at: .packages, clock) { () throws(MissingFact) in
        do throws(MissingFact) {
          var verdicts: [Verdict] = []
          for judge in judges {
            verdicts.append(try judge.verdict(on: type, evidence, before: before))
          }
          return Verdict(verdicts)
        } catch {
          guard compares, let before, error.isLoss(in: evidence, after: before) else {
            throw error
          }
          return .judged([.lost(error)])
        }
      }
    }
  }

  /// One cell per domain type for each judge that needs a live host: not run, with what it needs.
  ///
  /// Gives none for a type that the set does not promise, which its cell of the packages says.
  package func cellsOfHosts(among cells: [Cell]) -> [Cell] {
    judges.flatMap { judge -> [Cell] in
      guard case .host(let stage, let needs) = judge else { return [] }
      return domainTypes.compactMap { type in
        let shown = cells.first { $0.kind == .contract && $0.id == id && $0.type == type }
        guard shown?.outcome != .notApplicable else { return nil }
        return Cell(
          kind: .contract, id: id, catalogue: catalogue, type: type, stage: stage,
          outcome: .notRun, reason: "needs \(needs)")
      }
    }
  }

  /// Whether it holds packages against those of another set.
  package var compares: Bool {
    judges.contains { judge in
      if case .comparison = judge { true } else { false }
    }
  }

  private var domainTypes: [DomainType?] { types.isEmpty ? [nil] : types.map(Optional.some) }

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
        cell.record(try judge(), of: self)
      } catch {
        (cell.outcome, cell.reason) = (error.isUnreadable ? .error : .notRun, "\(error)")
      }
    }
    cell.seconds = time / .seconds(1)
    return cell
  }
}

extension MissingFact {
  /// Whether a set has nothing of the fact, and the one before had it.
  fileprivate func isLoss(in now: Evidence, after before: Evidence) -> Bool {
    // That QEMU does not start is told once, by the contract about it.
    if name.member == .qemu, now.start.value?.refusal != nil { return false }
    guard let now = now[keyPath: name.path] as? any FactState,
      let before = before[keyPath: name.path] as? any FactState
    else { return false }
    return before.isFound && !now.isFound && !now.isUnreadable
  }
}

extension Finding {
  /// A fact that the build before had, and a build has not.
  fileprivate static func lost(_ missing: MissingFact) -> Self {
    Finding(
      .fail, "the set has no \(missing.name.title) any more: \(missing.reason)",
      where: missing.name.member?.title ?? "the set",
      sides: [.before("has \(missing.name.title)"), .now(missing.reason)])
  }
}

extension Cell {
  fileprivate mutating func record(_ verdict: Contract.Verdict, of contract: Contract) {
    switch verdict {
    case .notApplicable(let rule):
      (outcome, reason) = (.notApplicable, rule)
    case .judged(let found):
      findings = found.map { $0.attributed(to: contract) }
      guard let worst = found.max(by: { $0.grade < $1.grade }), worst.grade > .info else { return }
      let first = found.first { $0.grade == worst.grade } ?? worst
      (outcome, reason) = (worst.grade == .fail ? .fail : .pass, first.summary)
    }
  }
}

extension Contract.Judge {
  /// What a judge of packages says of a set.
  fileprivate func verdict(
    on type: DomainType?, _ evidence: Evidence, before: Evidence?
  ) throws(MissingFact) -> Contract.Verdict {
    switch self {
    case .facts(let reads, let judge):
      return try judge(type, Facts(evidence, reading: reads))
    case .comparison(let reads, let judge):
      guard let before else {
        return .notApplicable("there is no set to compare with; --against NAME gives one")
      }
      return try judge(type, Facts(evidence, reading: reads), Facts(before, reading: reads))
    case .scenarios, .launches, .calls, .answers, .host: return .kept
    }
  }
}

extension Contract.Verdict {
  /// What several judges say together: all findings; not applicable only where each says so.
  init(_ verdicts: [Self]) {
    var (findings, rules): ([Finding], [String]) = ([], [])
    for verdict in verdicts {
      switch verdict {
      case .judged(let found): findings += found
      case .notApplicable(let rule): rules.append(rule)
      }
    }
    self =
      rules.count == verdicts.count
      ? .notApplicable(rules.first ?? "nothing was asked") : .judged(findings)
  }
}
