extension Contract {
  /// Judges all that launches showed: what became of scenarios, and what was measured in them.
  ///
  /// `scenarios` are the cells of the scenarios.
  package func cells(
    ofLaunched scenarios: [Cell], _ launches: SetLaunches, evidence: Evidence
  ) -> [Cell] {
    cells(ofLaunched: scenarios)
      + cells(ofMeasured: launches, among: scenarios, evidence: evidence)
  }

  /// Judges what scenarios showed, giving one cell per domain type and platform.
  ///
  /// Gives none where the packages decide, and none where its scenarios are not among the cells:
  /// then nothing was asked.
  package func cells(ofLaunched cells: [Cell]) -> [Cell] {
    let scenarios = judges.flatMap { judge -> [String] in
      if case .scenarios(let ids) = judge { ids } else { [] }
    }
    guard !scenarios.isEmpty else { return [] }
    let shown = cells.filter { $0.kind == .scenario && scenarios.contains($0.id.withoutCase) }
    return types.flatMap { type in
      let ofType = shown.filter { $0.type == type }
      var platforms: [String?] = []
      for cell in ofType where !platforms.contains(cell.platform) {
        platforms.append(cell.platform)
      }
      return platforms.compactMap { platform in
        verdict(of: ofType.filter { $0.platform == platform })
      }
    }
  }

  /// Judges what was measured, giving one cell per domain type, for all platforms together.
  ///
  /// Gives none where measurements decide nothing, and none for a type of which no scenario was
  /// launched. `cells` are those of the scenarios.
  package func cells(
    ofMeasured launches: SetLaunches, among cells: [Cell], evidence: Evidence,
    clock: ContinuousClock = ContinuousClock()
  ) -> [Cell] {
    guard judges.contains(where: \.isOfLaunches) else { return [] }
    return types.compactMap { type in
      let shown = cells.filter { $0.kind == .scenario && $0.type == type }
      let own = launches.of(type)
      guard !shown.isEmpty || !own.isEmpty else { return nil }
      let able = judges.filter { $0.hasMatter(in: own) }
      guard able.isEmpty else {
        return cell(for: type, at: .launch, clock) { () throws(MissingFact) in
          var verdicts: [Verdict] = []
          for judge in able { verdicts.append(try judge.verdict(on: type, own, evidence)) }
          return Verdict(verdicts)
        }
      }
      // A set that offers the type and launches none of it has a scenario that says so.
      let isOffered = shown.contains { ![.pass, .notApplicable].contains($0.outcome) }
      return Cell(
        kind: .contract, id: id, catalogue: catalogue, type: type, stage: .launch,
        outcome: isOffered ? .notRun : .notApplicable,
        reason: isOffered
          ? "no \(type.title) domain was launched to its end, so that none was measured"
          : "nothing that ran launches a \(type.title) domain to its end")
    }
  }

  /// One cell for what was shown on one platform: as bad as the worst of it.
  private func verdict(of cells: [Cell]) -> Cell? {
    guard let worst = cells.max(by: { $0.outcome.weight < $1.outcome.weight }) else { return nil }
    let isKept = worst.outcome == .pass
    var findings = isKept ? [] : worst.findings.filter { $0.grade == .fail }
    if worst.outcome == .fail, findings.isEmpty {
      findings = [Finding(.fail, worst.reason, where: worst.id)]
    }
    return Cell(
      kind: .contract, id: id, catalogue: catalogue, type: worst.type, platform: worst.platform,
      stage: worst.stage, outcome: worst.outcome, reason: isKept ? claim : worst.reason,
      layer: isKept ? nil : worst.layer,
      findings: findings.map { finding in
        var finding = finding
        finding.remedy = remedy
        if finding.sides.isEmpty {
          let launch = worst.layer?.rawValue ?? "launch"
          finding.sides = [
            Finding.Side(who: "promise", says: claim),
            Finding.Side(who: launch, says: finding.summary),
          ]
        }
        return finding.attributed(to: self)
      }, seconds: cells.reduce(0) { $0 + $1.seconds })
  }
}

extension Contract.Judge {
  /// Whether it judges what was launched, whatever became of single scenarios.
  fileprivate var isOfLaunches: Bool {
    switch self {
    case .launches, .calls, .answers: true
    case .facts, .comparison, .scenarios, .host: false
    }
  }

  /// Whether launches show anything of what it judges.
  fileprivate func hasMatter(in launches: SetLaunches) -> Bool {
    switch self {
    case .launches: !launches.launches.isEmpty
    case .calls: !launches.calls.calls.isEmpty
    case .answers: !launches.answers.isEmpty
    case .facts, .comparison, .scenarios, .host: false
    }
  }

  fileprivate func verdict(
    on type: DomainType, _ launches: SetLaunches, _ evidence: Evidence
  ) throws(MissingFact) -> Contract.Verdict {
    switch self {
    case .launches(let reads, let judge):
      try judge(type, launches, Facts(evidence, reading: reads))
    case .calls(let reads, let judge):
      try judge(type, launches.calls, Facts(evidence, reading: reads))
    case .answers(let judge): judge(type, launches)
    case .facts, .comparison, .scenarios, .host: .kept
    }
  }
}

extension String {
  /// A scenario's id without its case in brackets: all cases make one claim.
  package var withoutCase: String { String(prefix { $0 != "[" }) }
}

extension Outcome {
  /// How much an outcome counts among several of one promise: a broken case breaks it, one that
  /// could not be looked at leaves it open, and one that does not apply takes nothing away.
  fileprivate var weight: Int {
    switch self {
    case .notApplicable: 0
    case .pass: 1
    case .notRun: 2
    case .blocked: 3
    case .error: 4
    case .fail: 5
    }
  }
}
