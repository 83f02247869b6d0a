package import LodgeModel
package import LodgeScenarios

/// All that was seen of a scenario on a set.
package struct ScenarioRecord: Sendable {
  package var scenario: Scenario
  /// In order, up to the one that ended the scenario.
  package var steps: [Step]
  package var domains: [Domain]
  package var verdict: Verdict
  /// Wall time.
  package var seconds: Double

  /// The record of a scenario that never began, and why.
  package init(of scenario: Scenario, neverBegan verdict: Verdict) {
    self.init(scenario: scenario, steps: [], domains: [], verdict: verdict, seconds: 0)
  }

  init(
    scenario: Scenario, steps: [Step], domains: [Domain], verdict: Verdict, seconds: Double
  ) {
    (self.scenario, self.steps, self.domains) = (scenario, steps, domains)
    (self.verdict, self.seconds) = (verdict, seconds)
  }

  /// One step, with what came of it.
  package struct Step: Sendable {
    package var step: LodgeScenarios.Step
    package var answer: StepAnswer
    /// Wall time.
    package var seconds: Double
  }

  /// One domain, with what it left.
  package struct Domain: Sendable {
    package var label: String
    /// The name that libvirt and QEMU knew it by.
    package var name: String
    /// The XML as it was given to libvirt.
    package var xml: String
    /// The command line of the last start; empty where there was none.
    package var arguments: [String]
    /// What QEMU printed during the last start.
    package var log: [String]
    /// What the platform model wrote during the last start; empty where there was none.
    package var transcript: String
    /// What libvirt said that it can do; empty where it was not asked.
    package var capabilities: String
    /// What the last start came to; nil where none was measured to its end.
    package var measured: MeasuredLaunch?
    /// The numbers that QEMU sent to the kernel in the last start.
    package var sent: [SentCalls.Call] = []
  }

  /// The scenario's place in the matrix.
  package func cell(on platform: String) -> Cell {
    Cell(
      kind: .scenario, id: scenario.id, catalogue: nil, type: scenario.type, platform: platform,
      stage: .launch, outcome: verdict.outcome, reason: verdict.reason, layer: verdict.layer,
      findings: verdict.findings,
      measurements: domains.compactMap(\.measured).map(Cell.Measured.init), seconds: seconds)
  }
}
