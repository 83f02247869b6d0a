package import LodgeModel

/// What a scenario says of a set.
package struct Verdict: Equatable, Sendable {
  package var outcome: Outcome
  /// One sentence.
  package var reason: String
  /// Who refused, where somebody did.
  package var layer: Layer?
  package var findings: [Finding]

  package init(
    _ outcome: Outcome, _ reason: String, layer: Layer? = nil, findings: [Finding] = []
  ) {
    (self.outcome, self.reason, self.layer, self.findings) = (outcome, reason, layer, findings)
  }
}
