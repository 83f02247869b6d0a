/// What a run saw, in the one shape that every output and export is made from.
package struct Results: Codable, Equatable, Sendable {
  /// One build set with its cells.
  package struct BuildSet: Codable, Equatable, Sendable {
    /// The digest of the lock; of the evidence, for a root without a lock.
    package var id: Digest
    package var name: String
    /// How many packages the lock lists.
    package var packages: Int
    /// Suites whose expired index the set accepts.
    package var acceptExpired: [Lock.AcceptedExpiry]
    /// What each member offers, for each domain type.
    package var support: [Support]
    package var cells: [Cell]
    /// What a reader should know of how the root was made, such as dropped setuid bits.
    package var notes: [String]

    package init(
      id: Digest, name: String, packages: Int, acceptExpired: [Lock.AcceptedExpiry] = [],
      support: [Support] = [], cells: [Cell], notes: [String] = []
    ) {
      (self.id, self.name, self.packages) = (id, name, packages)
      (self.acceptExpired, self.support) = (acceptExpired, support)
      (self.cells, self.notes) = (cells, notes)
    }
  }

  /// The version of this shape; fields may be added within it, never renamed.
  package static let currentSchema = "lodge.results/1"

  package private(set) var schema = Results.currentSchema
  package var sets: [BuildSet]

  package init(sets: [BuildSet]) { self.sets = sets }
}

/// Whether one member of a set offers one domain type, and how one knows.
package struct Support: Codable, Equatable, Sendable {
  /// What a member says of a domain type.
  package enum Answer: String, Codable, Sendable {
    case offered
    case notOffered = "not-offered"
    case unknown
  }

  package var type: DomainType
  package var member: Member
  package var answer: Answer
  /// The proof, or what is missing, as a few words.
  package var reason: String

  package init(type: DomainType, member: Member, answer: Answer, reason: String) {
    (self.type, self.member, self.answer, self.reason) = (type, member, answer, reason)
  }
}
