import LodgeModel

extension Contract {
  /// Makes a contract that is judged once for each domain type it protects.
  init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, protecting types: [DomainType], reads: [FactName],
    measured: LaunchJudge? = nil,
    judge: @escaping @Sendable (DomainType, Facts) throws(MissingFact) -> Verdict
  ) {
    self.init(
      id: id, catalogue: catalogue, claim: claim, from: from, to: to, basis: basis,
      remedy: remedy, knownCase: knownCase, types: types, reads: reads
    ) { type, facts throws(MissingFact) in
      guard let type else { preconditionFailure("\(id) is judged without a domain type") }
      return try judge(type, facts)
    }
    if let measured { self = measuring(reads, judge: measured) }
  }

  /// Makes a contract that only measured launches show, once for each domain type it protects.
  init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, measuring types: [DomainType], reads: [FactName] = [],
    judge: @escaping LaunchJudge
  ) {
    self = Contract(
      id: id, catalogue: catalogue, claim: claim, from: from, to: to, basis: basis,
      remedy: remedy, knownCase: knownCase, types: types, judges: []
    ).measuring(reads, judge: judge)
  }

  /// Makes a contract that only what becomes of scenarios shows, by their ids without the case.
  init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, types: [DomainType], launching scenarios: [String]
  ) {
    self.init(
      id: id, catalogue: catalogue, claim: claim, from: from, to: to, basis: basis,
      remedy: remedy, knownCase: knownCase, types: types, judges: [.scenarios(scenarios)])
  }

  /// Makes a contract that only shows where two sets are compared.
  init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, types: [DomainType] = [], comparing reads: [FactName],
    judge: @escaping ComparisonJudge
  ) {
    self = Contract(
      id: id, catalogue: catalogue, claim: claim, from: from, to: to, basis: basis,
      remedy: remedy, knownCase: knownCase, types: types, judges: []
    ).comparing(reads, judge: judge)
  }
}

// More ways to judge the same promise.
extension Contract {
  /// Judged by measured launches as well.
  func measuring(_ reads: [FactName] = [], judge: @escaping LaunchJudge) -> Contract {
    judged(also: .launches(reads, judge))
  }

  /// Judged by what QEMU sent to the kernel as well.
  func onCalls(_ reads: [FactName] = [], judge: @escaping CallJudge) -> Contract {
    judged(also: .calls(reads, judge))
  }

  /// Judged by what libvirt answered, here and on the set before, as well.
  func answering(judge: @escaping AnswerJudge) -> Contract { judged(also: .answers(judge)) }

  /// Judged against the set that a set is compared with as well.
  func comparing(_ reads: [FactName], judge: @escaping ComparisonJudge) -> Contract {
    judged(also: .comparison(reads, judge))
  }

  /// Judged by what becomes of scenarios as well, by their ids without the case.
  func launching(_ scenarios: String...) -> Contract { judged(also: .scenarios(scenarios)) }

  /// Judged to its end on a live host only; the words go on `needs`.
  func onHost(_ stage: Stage, needs: String) -> Contract {
    judged(also: .host(stage, needs: needs))
  }
}

extension Contract.Verdict {
  /// The promise is about a domain type that nobody in the set offers to users.
  static func notPromised(_ type: DomainType) -> Self {
    .notApplicable("neither QEMU, libvirt nor a firmware descriptor promises \(type.title)")
  }
}
