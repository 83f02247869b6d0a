/// One place in the matrix: a contract or scenario on a set, with what was seen.
package struct Cell: Codable, Equatable, Sendable {
  /// What was asked of the set.
  package enum Kind: String, Codable, Sendable {
    case contract
    case scenario
  }

  package var kind: Kind
  package var id: String
  /// The catalogue number of a contract; nil for a scenario.
  package var catalogue: String?
  package var type: DomainType?
  /// The id of the platform; nil for a contract that needs none.
  package var platform: String?
  package var stage: Stage
  package var outcome: Outcome
  /// One sentence.
  package var reason: String
  package var findings: [Finding]
  /// Wall time.
  package var seconds: Double

  package init(
    kind: Kind, id: String, catalogue: String?, type: DomainType?, platform: String? = nil,
    stage: Stage, outcome: Outcome, reason: String, findings: [Finding] = [], seconds: Double = 0
  ) {
    (self.kind, self.id, self.catalogue, self.type) = (kind, id, catalogue, type)
    (self.platform, self.stage, self.outcome) = (platform, stage, outcome)
    (self.reason, self.findings, self.seconds) = (reason, findings, seconds)
  }

  private enum CodingKeys: String, CodingKey {
    case kind, id, catalogue, type, platform, stage, outcome, reason, findings, seconds
  }

  /// Writes every key, with null where there is no value, so that readers need not guess.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(id, forKey: .id)
    try container.encode(catalogue, forKey: .catalogue)
    try container.encode(type, forKey: .type)
    try container.encode(platform, forKey: .platform)
    try container.encode(stage, forKey: .stage)
    try container.encode(outcome, forKey: .outcome)
    try container.encode(reason, forKey: .reason)
    try container.encode(findings, forKey: .findings)
    try container.encode(seconds, forKey: .seconds)
  }
}
