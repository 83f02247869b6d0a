import LodgeModel

/// The rules by which answers of steps become an outcome.
package struct Judge: Sendable {
  private let scenario: Scenario
  private let abilities: SetAbilities
  private let ladder: Ladder

  package init(of scenario: Scenario, on abilities: SetAbilities, ladder: Ladder) {
    (self.scenario, self.abilities, self.ladder) = (scenario, abilities, ladder)
  }

  /// Whether a scenario is to be tried at all; nil where it is.
  package var beforehand: Verdict? {
    knowing { () throws(MissingAbility) in
      let unmet = try scenario.needs.firstUnmet(in: abilities)
      return unmet.map { demand in
        Verdict(
          .notApplicable,
          demand.isWanted
            ? "the scenario is about \(demand.ability), which this set does not have"
            : "the scenario is about sets without \(demand.ability)")
      }
    }
  }

  /// Whether a step is to be done.
  ///
  /// - Throws: ``MissingAbility`` where its condition cannot be known.
  package func isDue(_ step: Step) throws(MissingAbility) -> Bool {
    try step.condition.holds(in: abilities)
  }

  /// The end of the scenario where an answer is not the one that is wanted; nil to go on.
  package func verdict(on answer: StepAnswer, of step: Step) -> Verdict? {
    if case .passedOver = answer { return nil }
    if case .trouble(let why) = answer { return Verdict(.error, "\(step.action.word): \(why)") }
    return knowing { () throws(MissingAbility) in
      if step.alternatives.contains(where: { $0.allows(answer) }) { return nil }
      switch (try step.wanted(in: abilities), answer) {
      case (.success, .served): return nil
      case (.success, .refused(let refusal)): return try surprise(refusal, at: step)
      case (.refusal(let pattern), .refused(let refusal)) where pattern.matches(refusal):
        return nil
      case (.crash(let pattern), .crashed(let signal, _)) where pattern.matches(signal): return nil
      case (.silence, .silent): return nil
      case (.asTheLadderSays, _): return try verdictOfTheLadder(on: answer, of: step)
      case (.refusal, .refused(let refusal))
      where try stop(at: step)?.refusal.matches(refusal) == true:
        // A set that has not even the type cannot say what the scenario is about.
        return try surprise(refusal, at: step)
      case (let wanted, _): return otherwise(than: wanted.words, answer, at: step)
      }
    }
  }

  /// What the answers of all steps amount to where none ended the scenario.
  package func verdict(_ answers: [(step: Step, answer: StepAnswer)]) -> Verdict {
    guard !answers.isEmpty else {
      return Verdict(.notApplicable, "no step of the scenario is for this set and platform")
    }
    let refusals = answers.compactMap { entry -> (String, Refusal)? in
      guard case .refused(let refusal) = entry.answer else { return nil }
      return (entry.step.action.word, refusal)
    }
    guard let (word, refusal) = refusals.first else {
      return Verdict(.pass, scenario.claim)
    }
    return Verdict(
      .pass, "refused as it should be: \(refusal.layer.rawValue) at \(word): \(refusal.message)",
      layer: refusal.layer)
  }

  private func knowing(
    _ body: () throws(MissingAbility) -> Verdict?
  ) -> Verdict? {
    do throws(MissingAbility) {
      return try body()
    } catch {
      return Verdict(.notRun, "\(error)")
    }
  }

  private func type(of step: Step) -> DomainType {
    scenario.domain(step.domain)?.type ?? scenario.type
  }

  /// Judges a refusal that the scenario does not expect.
  private func surprise(
    _ refusal: Refusal, at step: Step
  ) throws(MissingAbility) -> Verdict {
    let type = type(of: step)
    guard let moment = step.action.moment, let rung = try ladder.stop(of: type, in: abilities)
    else { return broken(refusal, at: step, "although set and platform offer \(type.title)") }
    guard rung.at == moment, rung.refusal.matches(refusal) else {
      return broken(
        refusal, at: step,
        "where \(rung.refusal) at \(rung.at.rawValue) was expected, for lack of \(rung.lacks)")
    }
    if rung.isAboutTheKernel {
      // libvirt and QEMU only pass on what the kernel told them.
      let reason =
        "promised and not kept: schema and QEMU offer \(type.title), for lack of \(rung.lacks) "
        + "\(refusal.layer.rawValue) refuses: \(refusal.message)"
      if let proof = ladder.proofs[type], proof != scenario.id.withoutCase {
        return Verdict(
          .blocked, "\(proof) fails, for lack of \(rung.lacks): \(refusal.message)", layer: .kernel)
      }
      return Verdict(
        .fail, reason, layer: .kernel, findings: [finding(reason, step)])
    }
    let why = "for lack of \(rung.lacks), \(refusal.layer.rawValue) refuses"
    if rung.isAboutTheOffer {
      return Verdict(
        .notApplicable, "\(why) at \(moment.rawValue): \(refusal.message)", layer: refusal.layer)
    }
    return broken(refusal, at: step, "for lack of \(rung.lacks): promised and not kept")
  }

  /// Judges an answer where the scenario wants what the ladder says.
  private func verdictOfTheLadder(
    on answer: StepAnswer, of step: Step
  ) throws(MissingAbility) -> Verdict? {
    guard let rung = try stop(at: step) else {
      if case .refused(let refusal) = answer { return try surprise(refusal, at: step) }
      return answer == .served ? nil : otherwise(than: "success", answer, at: step)
    }
    if case .refused(let refusal) = answer, rung.refusal.matches(refusal) { return nil }
    return otherwise(than: "\(rung.refusal), for lack of \(rung.lacks)", answer, at: step)
  }

  /// The rung of the ladder on which the set stops at a step.
  private func stop(at step: Step) throws(MissingAbility) -> Ladder.Rung? {
    guard let moment = step.action.moment else { return nil }
    let rung = try ladder.stop(of: type(of: step), in: abilities)
    return rung?.at == moment ? rung : nil
  }

  private func broken(_ refusal: Refusal, at step: Step, _ circumstance: String) -> Verdict {
    let who = "\(refusal.layer.rawValue) refuses \(step.action.word)"
    let reason = "\(who): \(refusal.message)"
    let cause = refusal.cause.map { "; behind it is \($0)" } ?? ""
    return Verdict(
      .fail, reason, layer: refusal.layer,
      findings: [finding("\(who) \(circumstance): \(refusal.message)\(cause)", step)])
  }

  private func otherwise(than wanted: String, _ answer: StepAnswer, at step: Step) -> Verdict {
    let summary = "\(step.action.word): expected \(wanted), but \(answer.words)"
    if case .silent = answer { return Verdict(.error, summary) }
    var layer: Layer?
    if case .refused(let refusal) = answer { layer = refusal.layer }
    if case .crashed = answer { layer = .qemu }
    return Verdict(.fail, summary, layer: layer, findings: [finding(summary, step)])
  }

  private func finding(_ summary: String, _ step: Step) -> Finding {
    Finding(
      .fail, summary, where: "\(scenario.file): \(step.action.word) of \(step.domain)",
      remedy: "lodge try '\(scenario.id)' --transcript shows every call up to there")
  }
}

extension Ladder.Rung {
  /// Whether schema and QEMU offer the type, and only the kernel does not.
  fileprivate var isAboutTheKernel: Bool {
    if case .kernel = lacks { true } else { false }
  }

  /// Whether a set that stops here never offered the type on this platform.
  fileprivate var isAboutTheOffer: Bool {
    if case .platform = lacks { return true }
    let isEarly = refusal.layers.allSatisfy { $0 == .schema || $0 == .libvirt }
    return at == .define && isEarly
  }
}

extension Expectation.Wanted {
  /// Whether an answer is what is wanted, by itself.
  fileprivate func allows(_ answer: StepAnswer) -> Bool {
    switch (self, answer) {
    case (.success, .served), (.silence, .silent): true
    case (.refusal(let pattern), .refused(let refusal)): pattern.matches(refusal)
    case (.crash(let pattern), .crashed(let signal, _)): pattern.matches(signal)
    default: false
    }
  }

  fileprivate var words: String {
    switch self {
    case .success: "success"
    case .refusal(let pattern): "\(pattern)"
    case .asTheLadderSays: "what the ladder says"
    case .crash(let signal): "QEMU to die of \(signal)"
    case .silence: "no answer"
    }
  }
}
