import Foundation
package import LodgeModel
package import LodgeRelease

extension Policy {
  /// Reads the text of a policy file; its name is that of the file without the ending.
  ///
  /// - Throws: ``MatrixFailure`` naming file and line of what is outside the grammar.
  package init(yaml text: String, file: String, digest: Digest) throws(MatrixFailure) {
    let top = try YAMLMapping(document: text, file: file)
    try top.allow(only: ["about", "valid", "sets", "waivers", "requirements"])
    let body = try top.required("requirements").mapping()
    guard !body.keys.isEmpty else {
      throw MatrixFailure(file: file, line: nil, reason: "it requires nothing, so it is no policy")
    }
    self.init(
      name: URL(filePath: file).deletingPathExtension().lastPathComponent,
      about: try top["about"]?.text() ?? "", digest: digest,
      validity: try Validity(top["valid"]), sets: try top["sets"].globs(),
      waiving: try Waiving(top["waivers"]),
      requirements: try body.keys.map { id throws(MatrixFailure) in
        try Requirement(id: id, try body.required(id).mapping())
      })
  }
}

extension Validity {
  fileprivate init(_ value: YAMLValue?) throws(MatrixFailure) {
    guard let value else {
      self.init()
      return
    }
    let keys = try value.mapping()
    try keys.allow(only: ["from", "until"])
    self.init(from: try keys["from"].instant(), until: try keys["until"].instant())
    if let from, let until, until <= from {
      throw value.failure("it ends at \(until.utc), before it begins at \(from.utc)")
    }
  }
}

extension Waiving {
  fileprivate init(_ value: YAMLValue?) throws(MatrixFailure) {
    self.init()
    guard let keys = try value?.mapping() else { return }
    try keys.allow(only: ["longest", "approver"])
    if let span = keys["longest"] { longest = try span.span() }
    if let approver = keys["approver"] {
      needsApprover = try approver.word(of: ["required": true, "not-required": false])
    }
  }
}

extension Requirement {
  private static let ofCells = [
    "contracts", "scenarios", "except", "types", "platforms", "stage", "labs", "fresh", "against",
    "failures", "not-run", "blocked", "not-applicable",
  ]

  fileprivate init(id: String, _ keys: YAMLMapping) throws(MatrixFailure) {
    try keys.allow(only: Self.ofCells + ["offers", "valid"])
    let validity = try Validity(keys["valid"])
    if let offers = keys["offers"] {
      if let other = Self.ofCells.compactMap({ keys[$0] }).first {
        throw other.failure("a requirement asks for offers: or for cells, not both")
      }
      self.init(id: id, subject: .offers(try offers.types()), validity: validity)
      return
    }
    self.init(id: id, subject: .cells(try Cells(keys)), validity: validity)
  }
}

extension Requirement.Cells {
  fileprivate init(_ keys: YAMLMapping) throws(MatrixFailure) {
    self.init(
      contracts: try keys["contracts"].patterns(), scenarios: try keys["scenarios"].patterns(),
      except: try keys["except"].patterns(), types: try keys["types"]?.types(),
      platforms: keys["platforms"] == nil ? nil : try keys["platforms"].patterns(),
      stage: try keys.required("stage").stage(),
      labs: keys["labs"] == nil ? nil : try keys["labs"].patterns(),
      fresh: try keys["fresh"]?.span(), against: try keys["against"]?.text())
    if contracts.isEmpty, scenarios.isEmpty {
      throw keys.place.failure(
        "it names no contracts: and no scenarios:, so it asks nothing", nil)
    }
    if let failures = keys["failures"] {
      self.failures = try failures.word()
      if self.failures == .new, against == nil {
        throw failures.failure("new failures are told by a set to compare with; name it: against:")
      }
    }
    notRun = try keys["not-run"]?.word() ?? notRun
    blocked = try keys["blocked"]?.word() ?? blocked
    notApplicable = try keys["not-applicable"]?.word() ?? notApplicable
  }
}

extension YAMLValue? {
  /// Patterns, of which an empty one is none; none where there is no value.
  fileprivate func patterns() throws(MatrixFailure) -> [Glob] {
    guard let self else { return [] }
    let texts = try Optional(self).texts()
    if texts.isEmpty { throw self.failure("an empty list means nothing; leave the key out") }
    return texts.map { Glob($0) }
  }

  fileprivate func instant() throws(MatrixFailure) -> Date? { try self?.instant() }
}

extension YAMLValue {
  /// An instant: a date, which begins at midnight of UTC, or a time of UTC that ends in `Z`.
  func instant() throws(MatrixFailure) -> Date {
    let text = try text()
    guard let date = Date(utc: text) else { throw failure("“\(text)” is no \(Date.utcGrammar)") }
    return date
  }

  /// A span of time such as `14 days` or `36 hours`, in seconds.
  func span() throws(MatrixFailure) -> TimeInterval {
    let text = try text()
    guard let span = TimeInterval(inWords: text) else {
      throw failure("“\(text)” is no span of time such as 14 days or 36 hours")
    }
    return span
  }

  func types() throws(MatrixFailure) -> [DomainType] {
    let items = try list()
    guard !items.isEmpty else { throw failure("an empty list means nothing; leave the key out") }
    return try items.map { item throws(MatrixFailure) in try item.type() }
  }

  func type() throws(MatrixFailure) -> DomainType { try word() }

  func stage() throws(MatrixFailure) -> Stage { try word() }

  /// One of some words.
  func word<Word: RawRepresentable & CaseIterable>() throws(MatrixFailure) -> Word
  where Word.RawValue == String {
    let words = Word.allCases.map { ($0.rawValue, $0) }
    return try word(of: Dictionary(words) { first, _ in first })
  }

  /// What one of some words stands for.
  func word<Meaning>(of words: [String: Meaning]) throws(MatrixFailure) -> Meaning {
    let text = try text()
    guard let meaning = words[text] else {
      let near = nearest(to: text, among: words.keys.sorted()).map { "; did you mean \($0)?" }
      throw failure(
        "“\(text)” is none of \(words.keys.sorted().joined(separator: ", "))\(near ?? "")")
    }
    return meaning
  }
}
