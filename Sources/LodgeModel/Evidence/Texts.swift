/// Which of the catalogued texts the programs of a set hold.
package struct LayerTexts: Codable, Equatable, Sendable {
  /// What was found in one member's programs.
  package struct Texts: Codable, Equatable, Sendable {
    /// The programs that were searched, by what the catalogue calls them.
    package var sources: [String: Source]
    /// The ids of the texts that are there, in the order of the catalogue.
    package var present: [String]
    /// Those that are not, though their program is there.
    package var absent: [Message]

    package init(sources: [String: Source], present: [String], absent: [Message]) {
      (self.sources, self.present, self.absent) = (sources, present, absent)
    }
  }

  package var byMember: [Member: Texts]

  package init(byMember: [Member: Texts]) { self.byMember = byMember }

  /// Whether a member's programs hold a text; nil where it was not looked for.
  package func has(_ id: String, in member: Member) -> Bool? {
    guard let texts = byMember[member] else { return nil }
    if texts.present.contains(id) { return true }
    return texts.absent.contains { $0.id == id } ? false : nil
  }

  /// The place of a program that was searched, down to a text in it.
  package func place(of program: Message.Program, _ text: String? = nil) -> String {
    byMember[program.member]?.sources[program.rawValue]?.at(text) ?? program.rawValue
  }

  /// The id under which libvirt's driver was searched for a word of a firmware descriptor.
  package static func descriptorWord(_ word: String) -> String { "libvirt.descriptor-word.\(word)" }
}
