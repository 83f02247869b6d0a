package import LodgeModel

/// All that became otherwise between two sets: what was measured and judged of them, what they are
/// made of, and what was read from them.
package struct Comparison: Encodable, Equatable, Sendable {
  /// What was measured, with all outcomes that changed in the order of the set.
  package var difference: SetDifference
  /// The outcomes by what became of them.
  package var cells: CellChanges
  package var packages: PackageChanges
  package var evidence: EvidenceChanges

  package init(
    _ difference: SetDifference, cells: CellChanges, packages: PackageChanges,
    evidence: EvidenceChanges
  ) {
    (self.difference, self.cells) = (difference, cells)
    (self.packages, self.evidence) = (packages, evidence)
  }

  private enum CodingKeys: CodingKey { case cells, packages, evidence }

  /// Writes one object: what stands in a difference is not nested in another one.
  package func encode(to encoder: any Encoder) throws {
    try difference.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(cells, forKey: .cells)
    try container.encode(packages, forKey: .packages)
    try container.encode(evidence, forKey: .evidence)
  }
}
