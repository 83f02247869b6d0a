import LodgeModel

extension Contract {
  /// Makes a contract that is judged once for each domain type it protects.
  ///
  /// A finding that asks for action and says none gets the contract's remedy.
  init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, protecting types: [DomainType], reads: [FactName],
    measured: LaunchJudge? = nil,
    judge: @escaping @Sendable (DomainType, Facts) throws(MissingFact) -> Verdict
  ) {
    self.init(
      id: id, catalogue: catalogue, claim: claim, from: from, to: to, basis: basis,
      remedy: remedy, knownCase: knownCase, types: types, reads: reads,
      measured: measured.map { Self.advising($0, remedy) }
    ) { type, facts throws(MissingFact) in
      guard let type else { preconditionFailure("\(id) is judged without a domain type") }
      return try judge(type, facts).advising(remedy)
    }
  }
}

extension Contract {
  /// Makes a contract that only measured launches show, once for each domain type it protects.
  init(
    id: String, catalogue: String, claim: String, from: [Member], to: [Member], basis: String,
    remedy: String, knownCase: String, measuring types: [DomainType], reads: [FactName] = [],
    judge: @escaping LaunchJudge
  ) {
    self.init(
      id: id, catalogue: catalogue, claim: claim, from: from, to: to, basis: basis,
      remedy: remedy, knownCase: knownCase, types: types, reads: reads,
      measured: Self.advising(judge, remedy))
  }

  /// A judge whose findings have a remedy.
  private static func advising(_ judge: @escaping LaunchJudge, _ remedy: String) -> LaunchJudge {
    { type, launches, facts throws(MissingFact) in
      try judge(type, launches, facts).advising(remedy)
    }
  }
}

extension Contract.Verdict {
  /// The same verdict, with a remedy for every warning and failure that has none.
  func advising(_ remedy: String) -> Self {
    guard case .judged(let findings) = self else { return self }
    return .judged(
      findings.map { finding in
        var finding = finding
        if finding.grade > .info, finding.remedy.isEmpty { finding.remedy = remedy }
        return finding
      })
  }

  /// The promise is about a domain type that nobody in the set offers to users.
  static func notPromised(_ type: DomainType) -> Self {
    .notApplicable("neither QEMU, libvirt nor a firmware descriptor promises \(type.title)")
  }
}
