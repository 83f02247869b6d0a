/// One thing a contract or scenario saw, with what to do about it.
package struct Finding: Codable, Equatable, Sendable {
  /// How much a finding weighs; a cell fails only on ``fail``.
  package enum Grade: String, Codable, Comparable, Sendable {
    case info
    case warn
    case fail

    package static func < (left: Self, right: Self) -> Bool {
      left.weight < right.weight
    }

    private var weight: Int {
      switch self {
      case .info: 0
      case .warn: 1
      case .fail: 2
      }
    }
  }

  /// What one side of a promise says.
  package struct Side: Codable, Equatable, Sendable {
    /// Who says it: a member, what of it speaks, `upstream`, or `before` and `now` where two sets
    /// are compared.
    package var who: String
    /// A few words, number or name first.
    package var says: String

    package init(who: String, says: String) { (self.who, self.says) = (who, says) }

    /// What a member says.
    package init(_ member: Member, _ says: String) { self.init(who: member.title, says: says) }

    /// What the released upstream project says, where a member was made from another tree.
    package static func upstream(_ says: String) -> Self { Self(who: "upstream", says: says) }

    /// What the set that is compared with says.
    package static func before(_ says: String) -> Self { Self(who: "before", says: says) }

    /// What the set in question says, where two are compared.
    package static func now(_ says: String) -> Self { Self(who: "now", says: says) }
  }

  package var grade: Grade
  /// One sentence, lower case, no full stop.
  package var summary: String
  /// The place, as `package: file: symbol`, leaving out what is not known.
  package var `where`: String
  /// What each side says; empty where only one can speak.
  package var sides: [Side]
  /// What to do next; empty where nothing is to be done.
  package var remedy: String
  /// The number of the contract in the catalogue; nil for a scenario's finding.
  package var catalogue: String?
  /// The real break that it is like; nil for a scenario's finding.
  package var knownCase: String?

  package init(
    _ grade: Grade, _ summary: String, where place: String, sides: [Side] = [],
    remedy: String = ""
  ) {
    (self.grade, self.summary, self.where, self.remedy) = (grade, summary, place, remedy)
    self.sides = sides
  }

  /// The same finding with the number and the known case of its contract.
  ///
  /// One that asks for action and says none gets the contract's remedy.
  func attributed(to contract: Contract) -> Self {
    var copy = self
    if grade > .info, remedy.isEmpty { copy.remedy = contract.remedy }
    (copy.catalogue, copy.knownCase) = (contract.catalogue, contract.knownCase)
    return copy
  }

  private enum CodingKeys: String, CodingKey {
    case grade, summary, `where`, sides, remedy, catalogue, knownCase
  }

  /// Reads a finding; what was added after the first day may be missing.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(Grade.self, forKey: .grade),
      try container.decode(String.self, forKey: .summary),
      where: try container.decode(String.self, forKey: .where),
      sides: try container.decodeIfPresent([Side].self, forKey: .sides) ?? [],
      remedy: try container.decode(String.self, forKey: .remedy))
    catalogue = try container.decodeIfPresent(String.self, forKey: .catalogue)
    knownCase = try container.decodeIfPresent(String.self, forKey: .knownCase)
  }
}
