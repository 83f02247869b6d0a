package import LodgeModel

/// A claim about a domain, as data.
package struct Scenario: Equatable, Sendable {
  /// Folder and file name, such as `sev-snp/launch`; with the case's name in brackets.
  package var id: String
  /// One sentence.
  package var claim: String
  package var type: DomainType
}
