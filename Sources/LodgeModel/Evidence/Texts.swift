/// Which of the catalogued texts the programs of a set hold.
package struct LayerTexts: Codable, Equatable, Sendable {
  /// What was found in one member's programs.
  package struct Texts: Codable, Equatable, Sendable {
    /// The program that was searched first.
    package var source: Source
    /// The member's upstream version; nil where it is not known.
    package var version: String?
    /// The ids of the texts that are there, in the order of the catalogue.
    package var present: [String]
    /// The ids of those that are not.
    package var absent: [String]

    package init(source: Source, version: String?, present: [String], absent: [String]) {
      (self.source, self.version) = (source, version)
      (self.present, self.absent) = (present, absent)
    }
  }

  package var byMember: [Member: Texts]

  package init(byMember: [Member: Texts]) { self.byMember = byMember }

  /// Whether a member's programs hold a text; nil where it was not looked for.
  package func has(_ id: String, in member: Member) -> Bool? {
    guard let texts = byMember[member] else { return nil }
    return texts.present.contains(id) ? true : texts.absent.contains(id) ? false : nil
  }
}
