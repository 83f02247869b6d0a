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
  /// Who refused, for a scenario that met a refusal.
  package var layer: Layer?
  package var findings: [Finding]
  /// The launch measurements of a scenario's domains, as far as they were measured to their end.
  package var measurements: [Measured]
  /// What a scenario left behind to look at; the ledger keeps the contents.
  package var artefacts: [Artefact]
  /// Wall time.
  package var seconds: Double

  package init(
    kind: Kind, id: String, catalogue: String?, type: DomainType?, platform: String? = nil,
    stage: Stage, outcome: Outcome, reason: String, layer: Layer? = nil, findings: [Finding] = [],
    measurements: [Measured] = [], artefacts: [Artefact] = [], seconds: Double = 0
  ) {
    (self.kind, self.id, self.catalogue, self.type) = (kind, id, catalogue, type)
    (self.platform, self.stage, self.outcome) = (platform, stage, outcome)
    (self.reason, self.layer, self.findings) = (reason, layer, findings)
    (self.measurements, self.artefacts, self.seconds) = (measurements, artefacts, seconds)
  }

  /// The measurement of one domain.
  package struct Measured: Codable, Equatable, Sendable {
    /// The label of the domain in its scenario.
    package var domain: String
    package var type: DomainType
    /// `sha256` or `sha384`.
    package var algorithm: String
    /// Lower-case hexadecimal.
    package var measurement: String

    package init(domain: String, type: DomainType, algorithm: String, measurement: String) {
      (self.domain, self.type) = (domain, type)
      (self.algorithm, self.measurement) = (algorithm, measurement)
    }

    /// The measurement of a launch, without what it was made of.
    package init(_ launch: MeasuredLaunch) {
      self.init(
        domain: launch.domain, type: launch.type, algorithm: launch.algorithm,
        measurement: launch.measurement)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case kind, id, catalogue, type, platform, stage, outcome, reason, layer, findings
    case measurements, artefacts, seconds
  }

  /// Reads a cell; what was added after the first day may be missing.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      kind: try container.decode(Kind.self, forKey: .kind),
      id: try container.decode(String.self, forKey: .id),
      catalogue: try container.decode(String?.self, forKey: .catalogue),
      type: try container.decode(DomainType?.self, forKey: .type),
      platform: try container.decode(String?.self, forKey: .platform),
      stage: try container.decode(Stage.self, forKey: .stage),
      outcome: try container.decode(Outcome.self, forKey: .outcome),
      reason: try container.decode(String.self, forKey: .reason),
      layer: try container.decodeIfPresent(Layer.self, forKey: .layer),
      findings: try container.decode([Finding].self, forKey: .findings),
      measurements: try container.decodeIfPresent([Measured].self, forKey: .measurements) ?? [],
      artefacts: try container.decodeIfPresent([Artefact].self, forKey: .artefacts) ?? [],
      seconds: try container.decode(Double.self, forKey: .seconds))
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
    try container.encode(layer, forKey: .layer)
    try container.encode(findings, forKey: .findings)
    if !measurements.isEmpty { try container.encode(measurements, forKey: .measurements) }
    if !artefacts.isEmpty { try container.encode(artefacts, forKey: .artefacts) }
    try container.encode(seconds, forKey: .seconds)
  }
}
