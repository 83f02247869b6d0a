package import LodgeModel

/// What became of the cells between two sets, each in the one category that is its own.
package struct CellChanges: Equatable, Sendable {
  /// What became of a cell.
  package enum Category: String, CaseIterable, Encodable, Sendable {
    /// It fails, and did not fail before.
    case newFailures
    /// It failed, and passes.
    case fixed
    /// It failed, and fails.
    case stillFailing
    /// It was judged, and nobody judged it now.
    case newlyNotRun
    /// Nobody judged it before, and it is green, or a rule says that it need not be.
    case newlyJudged
    /// It is not failing, and nothing was recorded of it before.
    case appeared
    /// It was not judged, and nothing is recorded of it now.
    case disappeared
    /// Any other change, such as from `not-run` to `error`.
    case other

    /// The category of a cell; nil where nothing changed.
    ///
    /// No outcome means that none is recorded.
    package init?(from before: Outcome?, to after: Outcome?) {
      switch (before, after) {
      case (.fail, .fail): self = .stillFailing
      case (_, .fail): self = .newFailures
      case (let before, let after) where before == after: return nil
      case (.fail, .pass): self = .fixed
      case (let before?, let after) where before.isJudged && after?.isJudged != true:
        self = .newlyNotRun
      case (nil, _): self = .appeared
      case (_, nil): self = .disappeared
      case (let before?, let after?) where !before.isJudged && after.isJudged:
        self = .newlyJudged
      default: self = .other
      }
    }
  }

  /// One cell with both outcomes.
  package struct Change: Hashable, Sendable {
    package var claim: Claim
    package var stage: Stage
    /// Nil where nothing was recorded.
    package var before: Outcome?
    package var after: Outcome?
    /// Why it is what it is now; why it was what it was, for what is recorded no longer.
    package var reason: String
    /// Whether the reason is another one than before; true where there was none.
    package var reasonChanged: Bool
  }

  /// In the order of the set, then of the one before; no list is empty.
  package private(set) var byCategory: [Category: [Change]] = [:]
  /// How many cells are what they were.
  package private(set) var unchanged = 0

  /// Compares the cells of a set with those of another one.
  package init(from before: [Cell], to after: [Cell]) {
    let earlier = Dictionary(before.map { (CellPlace($0), $0) }, uniquingKeysWith: { $1 })
    let later = Dictionary(after.map { (CellPlace($0), $0) }, uniquingKeysWith: { $1 })
    var seen: Set<CellPlace> = []
    for place in (after + before).map(CellPlace.init) where seen.insert(place).inserted {
      take(earlier[place], later[place])
    }
  }

  /// The changes of a category; empty where there are none.
  package func of(_ category: Category) -> [Change] { byCategory[category] ?? [] }

  private mutating func take(_ before: Cell?, _ after: Cell?) {
    guard let cell = after ?? before else { return }
    guard let category = Category(from: before?.outcome, to: after?.outcome) else {
      unchanged += 1
      return
    }
    byCategory[category, default: []].append(
      Change(
        claim: Claim(of: cell), stage: cell.stage, before: before?.outcome,
        after: after?.outcome, reason: cell.reason,
        reasonChanged: before?.reason != after?.reason))
  }
}

extension CellChanges.Category {
  /// What a heading calls it.
  package var title: String {
    switch self {
    case .newFailures: "new failures"
    case .fixed: "fixed"
    case .stillFailing: "still failing"
    case .newlyNotRun: "newly not run"
    case .newlyJudged: "newly judged"
    case .appeared: "appeared"
    case .disappeared: "disappeared"
    case .other: "changed otherwise"
    }
  }
}

extension CellChanges: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Writes a list for every category, also the empty ones, so that readers need not guess.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for category in Category.allCases {
      try container.encode(of(category), forKey: Key(stringValue: category.rawValue))
    }
    try container.encode(unchanged, forKey: Key(stringValue: "unchanged"))
  }
}

extension CellChanges.Change: Encodable {
  private enum CodingKeys: CodingKey {
    case kind, id, catalogue, type, platform, stage, before, after, reason, reasonChanged
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(claim.kind, forKey: .kind)
    try container.encode(claim.id, forKey: .id)
    try container.encode(claim.catalogue, forKey: .catalogue)
    try container.encode(claim.type, forKey: .type)
    try container.encode(claim.platform, forKey: .platform)
    try container.encode(stage, forKey: .stage)
    try container.encode(before, forKey: .before)
    try container.encode(after, forKey: .after)
    try container.encode(reason, forKey: .reason)
    try container.encode(reasonChanged, forKey: .reasonChanged)
  }
}

extension Outcome {
  /// Whether somebody judged; a rule that says that nothing was promised is a judgement.
  package var isJudged: Bool {
    switch self {
    case .pass, .fail, .notApplicable: true
    case .error, .blocked, .notRun: false
    }
  }
}
