package import LodgeModel

/// Where cells began to fail among the sets of a name, oldest first.
package struct Bisection: Equatable, Sendable {
  /// A set with what was seen of it.
  package struct Recorded: Equatable, Sendable {
    package var id: Digest
    package var cells: [Cell]

    package init(id: Digest, cells: [Cell]) { (self.id, self.cells) = (id, cells) }
  }

  /// What of the cells is asked for.
  package struct Question: Sendable {
    /// Over ids and catalogue numbers of contracts, and ids of scenarios.
    package var glob: Glob
    /// Nil for any, and for none.
    package var type: DomainType?

    package init(_ glob: Glob, type: DomainType? = nil) { (self.glob, self.type) = (glob, type) }

    /// Whether a claim is meant.
    package func fits(_ claim: Claim) -> Bool {
      claim.answers(to: glob) && (type == nil || type == claim.type)
    }
  }

  /// The name that all sets had.
  package var name: String
  /// In the order in which they were first recorded.
  package var sets: [Digest]
  /// The cells that fit, in the order in which they were first seen.
  package var histories: [History]

  /// Follows the cells that fit through the sets of a name, which are given oldest first.
  package init(of name: String, _ recorded: [Recorded], asking question: Question) {
    self.name = name
    sets = recorded.map(\.id)
    var places: [CellPlace: Int] = [:]
    histories = []
    for (index, set) in recorded.enumerated() {
      for cell in set.cells where question.fits(Claim(of: cell)) {
        let place = CellPlace(cell)
        let number = places[place] ?? histories.count
        if number == histories.count {
          places[place] = number
          histories.append(
            History(
              claim: Claim(of: cell), stage: cell.stage,
              outcomes: recorded.map { _ in nil }))
        }
        histories[number].outcomes[index] = cell.outcome
      }
    }
  }

  /// One cell on every set.
  package struct History: Equatable, Sendable {
    package var claim: Claim
    package var stage: Stage
    /// One for each set; nil where nothing is recorded.
    package var outcomes: [Outcome?]

    package init(claim: Claim, stage: Stage, outcomes: [Outcome?]) {
      (self.claim, self.stage, self.outcomes) = (claim, stage, outcomes)
    }

    /// Every change of state, oldest first.
    ///
    /// Sets that nobody judged change nothing: they stand between the two that were.
    package var changes: [Change] {
      let judged = outcomes.indices.compactMap { index in
        outcomes[index].flatMap(State.init).map { (index: index, state: $0) }
      }
      return zip(judged, judged.dropFirst()).compactMap { last, next in
        last.state == next.state
          ? nil : Change(from: last.index, to: next.index, becomes: next.state)
      }
    }

    /// How it stands at its newest judgement.
    package var standing: Standing {
      guard let newest = outcomes.last(where: { $0?.isJudged == true })?.flatMap(State.init) else {
        return .neverJudged
      }
      return switch (newest, changes.isEmpty) {
      case (.good, true): .alwaysGood
      case (.bad, true): .alwaysBad
      case (.bad, false): .broke
      case (.good, false): .recovered
      }
    }

    /// The newest change from good to bad; nil where it never broke.
    package var breakage: Change? { changes.last { $0.becomes == .bad } }

    /// Whether its state changed more than once, so that there is no one first bad set.
    package var isFlapping: Bool { changes.count > 1 }

    /// The sets behind the newest judgement, which nobody judged.
    package var unjudgedSince: [Int] {
      let newest = outcomes.lastIndex { $0?.isJudged == true } ?? outcomes.startIndex - 1
      return Array(outcomes.indices.filter { $0 > newest })
    }
  }

  /// What is known of a cell on a set that was judged.
  package enum State: String, Encodable, Sendable {
    /// It passes, or a rule says that it need not.
    case good
    case bad

    /// The state behind an outcome; nil where nobody judged.
    package init?(_ outcome: Outcome) {
      switch outcome {
      case .pass, .notApplicable: self = .good
      case .fail: self = .bad
      case .error, .blocked, .notRun: return nil
      }
    }
  }

  /// A change of state between two judged sets, by their places among the sets.
  package struct Change: Equatable, Hashable, Sendable {
    /// The last set of the state before.
    package var from: Int
    /// The first set that is known to have the new one.
    package var to: Int
    package var becomes: State

    /// The sets between the two, of which nobody knows.
    package var unknown: Range<Int> { from + 1..<to }

    /// The sets that may be the first of the new state, oldest first.
    package var candidates: ClosedRange<Int> { from + 1...to }
  }

  /// How a cell stands after all sets.
  package enum Standing: String, CaseIterable, Encodable, Sendable {
    /// It fails, and was good.
    case broke
    /// It is good, and failed.
    case recovered
    case alwaysBad = "always-bad"
    case alwaysGood = "always-good"
    case neverJudged = "never-judged"
  }

  /// The last good and first known bad sets of all breakages, each pair once, oldest first.
  package var spans: [Change] {
    Set(histories.compactMap(\.breakage)).sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }
}
