import LodgeBindings
package import LodgeModel
package import LodgeScenarios
import LodgeXML

/// A scenario on its way through a lab.
package struct ScenarioRun {
  let scenario: Scenario
  let lab: Lab
  let events: EventRecord
  let judge: Judge
  var guests: [String: Guest] = [:]

  /// Does the steps of a scenario in a lab, judges them and takes its domains away again.
  ///
  /// With `keeping` the domains stay as the last step left them. Never fails: what goes wrong is in
  /// the verdict.
  package static func record(
    of scenario: Scenario, in lab: Lab, root: String, evidence: Evidence,
    abilities: SetAbilities, ladder: Ladder, keeping: Bool = false,
    clock: ContinuousClock = ContinuousClock()
  ) async -> ScenarioRecord {
    let start = clock.now
    let judge = Judge(of: scenario, on: abilities, ladder: ladder)
    var record = ScenarioRecord(
      scenario: scenario, steps: [], domains: [], verdict: Verdict(.error, ""), seconds: 0)
    if let verdict = judge.beforehand ?? scenario.missingFile(evidence) {
      record.verdict = verdict
      return record
    }
    await EventRecord.following(lab.connection) { events in
      var run = ScenarioRun(scenario: scenario, lab: lab, events: events, judge: judge)
      do {
        try await run.prepare(evidence, root: root)
        (record.steps, record.verdict) = await run.steps(clock)
      } catch {
        record.verdict = Verdict(.error, "\(error)")
      }
      record.domains = run.left()
      record.verdict = run.completed(record.verdict, &record.domains, evidence)
      if !keeping { await run.cleanUp() }
    }
    record.seconds = (clock.now - start) / .seconds(1)
    return record
  }

  private mutating func prepare(_ evidence: Evidence, root: String) async throws {
    let files = SetFiles(of: evidence, root: root, in: lab.folder)
    for domain in scenario.domains {
      for path in domain.template.files(for: domain.parameters) { try files.lay(path) }
      guests[domain.label] = Guest(
        name: scenario.domainName(domain.label), xml: try await xml(of: domain, files: files),
        faults: domain.faults)
    }
  }

  private mutating func steps(
    _ clock: ContinuousClock
  ) async -> ([ScenarioRecord.Step], Verdict) {
    var records: [ScenarioRecord.Step] = []
    for step in scenario.steps {
      do throws(MissingAbility) {
        guard try judge.isDue(step) else { continue }
      } catch {
        return (records, Verdict(.notRun, "\(error)"))
      }
      let start = clock.now
      let answer = await answer(to: step)
      records.append(
        ScenarioRecord.Step(
          step: step, answer: answer, seconds: (clock.now - start) / .seconds(1)))
      if let verdict = judge.verdict(on: answer, of: step) { return (records, verdict) }
    }
    return (records, judge.verdict(records.map { ($0.step, $0.answer) }))
  }

  private mutating func answer(to step: Step) async -> StepAnswer {
    guard var guest = guests[step.domain] else {
      return .trouble("there is no domain \(step.domain)")
    }
    if step.action.need > guest.standing, !step.isDoneAnyway {
      guard let refused = guest.refused else {
        return .trouble("\(guest.name) is not there: a step before this one is missing")
      }
      return .passedOver("\(refused) was not served")
    }
    let answer = await Performance(lab: lab, events: events, step: step).answer(&guest, guests)
    guest.note(answer, of: step.action)
    guests[step.domain] = guest
    return answer
  }

  private func left() -> [ScenarioRecord.Domain] {
    scenario.domains.compactMap { domain in
      guard let guest = guests[domain.label] else { return nil }
      let launch = lab.folder.launches(of: guest.name).last
      return ScenarioRecord.Domain(
        label: domain.label, name: guest.name, xml: guest.xml,
        arguments: launch?.commandLine ?? [], log: launch?.output ?? [],
        transcript: lab.transcriptText(of: guest.name), capabilities: guest.capabilities)
    }
  }

  /// The verdict, given what the domains left: a call that the model does not know, or a launch that
  /// cannot be measured, is Lodge's own trouble, and an argument that QEMU does not understand is a
  /// finding.
  ///
  /// Measures the domains on the way.
  private func completed(
    _ verdict: Verdict, _ domains: inout [ScenarioRecord.Domain], _ evidence: Evidence
  ) -> Verdict {
    var verdict = verdict
    for (index, domain) in domains.enumerated() where !domain.transcript.isEmpty {
      do {
        let transcripts = try Transcript.all(parsing: domain.transcript)
        if let call = transcripts.lazy.flatMap(\.unmodelled).first {
          return Verdict(
            .error, "the platform model does not know \(call.name): \(call.refusal?.reason ?? "")")
        }
        domains[index].sent = sent(by: domain, transcripts)
        domains[index].measured = try transcripts.last.flatMap {
          try lab.meter.measured(domain.label, $0, arguments: domain.arguments)
        }
      } catch let failure as TranscriptFailure {
        return Verdict(.error, "the transcript of \(domain.name) cannot be read: \(failure)")
      } catch {
        return Verdict(.error, "the launch of \(domain.name) cannot be measured: \(error)")
      }
    }
    for domain in domains where !domain.arguments.isEmpty {
      // What is missing of the evidence about QEMU is told by the contracts that read it.
      guard let check = try? ArgumentCheck(evidence: evidence),
        let vector = try? ArgumentVector(words: domain.arguments)
      else { continue }
      verdict.findings += check.findings(on: vector)
    }
    if verdict.outcome == .pass, let finding = verdict.findings.first(where: { $0.grade == .fail })
    {
      (verdict.outcome, verdict.reason, verdict.layer) = (.fail, finding.summary, .libvirt)
    }
    return verdict
  }

  /// The numbers that a domain's QEMU sent to the kernel.
  ///
  /// What a kernel refused that the scenario made smaller says nothing of the candidate's.
  private func sent(
    by domain: ScenarioRecord.Domain, _ transcripts: [Transcript]
  ) -> [SentCalls.Call] {
    let type = scenario.domain(domain.label)?.type ?? scenario.type
    let policy = (try? XMLElement(parsing: domain.xml))?
      .values(at: "launchSecurity/policy").first.flatMap { UInt64(policy: $0) }
    return transcripts.flatMap { $0.sent(by: type, asking: policy) }
      .filter { $0.refusal == nil || scenario.overrides == Scenario.Overrides() }
  }

  /// The domain of a guest, also where the daemon defined it after nobody waited any more.
  private func domain(of guest: Guest, within deadline: Duration) async -> LibvirtDomain? {
    if let domain = guest.domain { return domain }
    guard guest.wasSilent else { return nil }
    for _ in 0..<20 {
      if let late = try? await lab.connection.domain(named: guest.name, within: deadline) {
        return late
      }
      try? await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }

  /// Ends and forgets what is left of the domains.
  ///
  /// What fails here was told by a step, or is gone with
  /// the lab.
  private func cleanUp() async {
    let soon = Duration.seconds(15)
    for guest in guests.values {
      try? lab.folder.plant(nil, for: guest.name)
      guard let domain = await domain(of: guest, within: soon) else { continue }
      try? await domain.destroy(within: soon)
      try? await domain.undefine(within: soon)
    }
  }
}

/// One domain of a running scenario.
struct Guest {
  let name: String
  let xml: String
  let faults: [Fault]
  /// Nil until it is defined.
  var domain: LibvirtDomain?
  /// What of it should be there by now.
  var standing = Action.Need.nothing
  /// The last step that was not served, by its word.
  var refused: String?
  /// What libvirt last said that it can do; empty where it was not asked.
  var capabilities = ""
  /// Whether a step about it got no answer in time, so that it may still be done later.
  var wasSilent = false

  /// Notes what is there after a step.
  mutating func note(_ answer: StepAnswer, of action: Action) {
    if case .silent = answer { wasSilent = true }
    switch (answer, action) {
    case (.served, .define), (.served, .roundTrip), (.served, .destroy), (.served, .save):
      standing = .definition
    case (.served, .start), (.served, .startAgain): standing = .process
    case (.served, .undefine): (standing, domain) = (.nothing, nil)
    case (.refused, .start), (.refused, .startAgain), (.refused, .define), (.refused, .roundTrip),
      (.silent, _):
      refused = action.word
    case (.crashed, _):
      refused = action.word
      standing = min(standing, .definition)
    default: break
    }
  }
}

extension Scenario {
  /// The verdict where the set lacks a file that the scenario needs.
  fileprivate func missingFile(_ evidence: Evidence) -> Verdict? {
    let paths = domains.flatMap { $0.template.files(for: $0.parameters) }
    return paths.first { !$0.isThere(in: evidence) }.map {
      Verdict(.notRun, "the set has no \($0)")
    }
  }
}

extension UInt64 {
  /// A policy as libvirt reads it: hexadecimal with `0x`, decimal without.
  fileprivate init?(policy text: String) {
    self.init(
      text.hasPrefix("0x") ? text.dropFirst(2) : text[...], radix: text.hasPrefix("0x") ? 16 : 10)
  }
}

extension Lab {
  /// The transcript of a guest; empty where there is none that can be read.
  func transcriptText(of guest: String) -> String {
    let data = (try? folder.transcript(of: guest)) ?? nil
    return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
