package import LodgeModel

/// A search for the parts of a set that broke what another set keeps.
///
/// ``next`` says which mix of the two is to be judged, ``record(_:of:)`` takes what was seen of it,
/// until nothing more is asked. Nothing is assumed of mixes that were not judged: a change may break
/// what a larger one keeps.
package struct Blame: Sendable {
  /// The parts that are taken from the bad set; all others are the good one's.
  package typealias Swap = Set<SetPart>

  /// What was seen of a mix.
  package enum Seen: Sendable {
    case judged([Cell])
    /// Its packages do not go together; why.
    case impossible([String])
  }

  /// What an outcome says to one who looks for a break.
  enum Light: Equatable { case red, green, unknown }

  /// The parts that are not the same in both sets, in their order.
  package let parts: [SetPart]
  /// The cells to be blamed, as the bad set has them, in its order.
  package let suspects: [Cell]
  /// The other cells that are asked for, each with why nobody is to blame for it.
  package let passed: [(cell: Cell, why: String)]

  private let names: (good: String, bad: String)
  /// What was seen of each suspect, by mix.
  private var sights: [Swap: [CellPlace: BlameReport.Seen]] = [:]

  /// Begins with what was seen of both sets; only cells that fit are looked at.
  ///
  /// - Parameters:
  ///   - good: the name of the set that keeps what the other breaks, and its cells.
  ///   - bad: the same of the other set.
  ///   - parts: what is not the same in both.
  ///   - fits: whether a cell is asked for.
  package init(
    good: (name: String, cells: [Cell]), bad: (name: String, cells: [Cell]), parts: [SetPart],
    fits: (Cell) -> Bool
  ) {
    self.parts = parts.sorted()
    names = (good.name, bad.name)
    let before = Dictionary(
      good.cells.map { (CellPlace($0), $0) }, uniquingKeysWith: { first, _ in first })
    var (suspects, passed): ([Cell], [(Cell, String)]) = ([], [])
    for cell in bad.cells where fits(cell) {
      if let why = Self.innocence(before[CellPlace(cell)], cell, good.name, bad.name) {
        passed.append((cell, why))
      } else {
        suspects.append(cell)
      }
    }
    let seen = Set(bad.cells.map(CellPlace.init))
    for cell in good.cells where fits(cell) && !seen.contains(CellPlace(cell)) {
      passed.append((cell, "\(bad.name) has no such cell"))
    }
    (self.suspects, self.passed) = (suspects, passed)
    record(.judged(good.cells), of: [])
    record(.judged(bad.cells), of: Set(parts))
  }

  /// The mix that is to be judged next; nil once everything is answered.
  package var next: Swap? {
    for cell in suspects {
      for search in [Search.culprit, .repair] {
        if let swap = missing(for: cell, search) { return swap }
      }
    }
    return nil
  }

  /// All mixes besides the two sets, those of few changes first.
  package var all: [Swap] { changes.flatMap(\.self).filter { $0.count < parts.count } }

  /// Takes what was seen of a mix.
  package mutating func record(_ seen: Seen, of swap: Swap) {
    let cells: [Cell] = if case .judged(let cells) = seen { cells } else { [] }
    let found = Dictionary(
      cells.map { (CellPlace($0), $0) }, uniquingKeysWith: { first, _ in first })
    var sight: [CellPlace: BlameReport.Seen] = [:]
    for suspect in suspects {
      let place = CellPlace(suspect)
      sight[place] =
        switch (found[place], seen) {
        case (let cell?, _): BlameReport.Seen(outcome: cell.outcome, reason: cell.reason)
        case (nil, .impossible(let obstacles)):
          BlameReport.Seen(
            outcome: nil, reason: "cannot be resolved: \(obstacles.first ?? "no reason is known")")
        case (nil, .judged): BlameReport.Seen(outcome: nil, reason: "the mix has no such cell")
        }
    }
    sights[swap] = sight
  }

  /// Whether something was seen of a mix.
  package func isJudged(_ swap: Swap) -> Bool { sights[swap] != nil }

  /// The answer on each suspect; `mixes` are the mixes to tell of, in their order.
  package func answers(telling mixes: [Swap]) -> [BlameReport.Blamed] {
    suspects.map { cell in
      let (culprits, unknown) = found(for: cell, .culprit)
      let (repairs, _) = found(for: cell, .repair)
      return BlameReport.Blamed(
        cell,
        seen: mixes.map { mix in
          sights[mix]?[CellPlace(cell)]
            ?? BlameReport.Seen(outcome: nil, reason: "it was not looked at")
        }, culprits: culprits.map { $0.sorted() }, repairs: repairs.map { $0.sorted() },
        unknown: unknown.map { $0.sorted() },
        sentence: sentence(on: cell, culprits, unknown: unknown, repairs))
    }
  }

  // What is looked for.

  private enum Search { case culprit, repair }

  /// The changes of one set, by how much they change: single parts, then members together, and only
  /// then members with the rest, which brings all their libraries.
  private var changes: [[Swap]] {
    let members = parts.filter { $0 != .rest }
    let together = members.isEmpty ? [] : Array(1...members.count).map { subsets($0, of: members) }
    guard parts.contains(.rest) else { return together }
    let withRest = (0...members.count).map { count in
      subsets(count, of: members).map { $0.union([.rest]) }
    }
    return [(together.first ?? []) + withRest[0]] + together.dropFirst() + withRest.dropFirst()
  }

  /// All choices of so many parts, in order.
  private func subsets(_ count: Int, of parts: [SetPart]) -> [Swap] {
    guard count > 0 else { return [[]] }
    return parts.indices.flatMap { index in
      subsets(count - 1, of: Array(parts[(index + 1)...])).map { $0.union([parts[index]]) }
    }
  }

  /// The mix that a change makes: of the good set with parts of the bad one, or the other way round.
  private func mix(of change: Swap, _ search: Search) -> Swap {
    search == .culprit ? change : Set(parts).subtracting(change)
  }

  private func light(of cell: Cell, on mix: Swap) -> Light {
    Light(sights[mix]?[CellPlace(cell)]?.outcome)
  }

  /// The first mix that must be judged to find the smallest change.
  private func missing(for cell: Cell, _ search: Search) -> Swap? {
    let wanted: Light = search == .culprit ? .red : .green
    for level in changes {
      let mixes = level.map { mix(of: $0, search) }
      if let open = mixes.first(where: { sights[$0] == nil }) { return open }
      if mixes.contains(where: { light(of: cell, on: $0) == wanted }) { return nil }
    }
    return nil
  }

  /// The smallest changes that do what is looked for, and those no larger of which nothing is known.
  private func found(for cell: Cell, _ search: Search) -> ([Swap], unknown: [Swap]) {
    let wanted: Light = search == .culprit ? .red : .green
    var unknown: [Swap] = []
    for level in changes {
      unknown += level.filter { light(of: cell, on: mix(of: $0, search)) == .unknown }
      let hits = level.filter { light(of: cell, on: mix(of: $0, search)) == wanted }
      if !hits.isEmpty { return (hits, unknown) }
    }
    return ([], unknown)
  }

  /// Why a cell that is asked for has nobody to blame; nil where it has.
  private static func innocence(
    _ before: Cell?, _ now: Cell, _ good: String, _ bad: String
  ) -> String? {
    guard let before else { return "\(good) has no such cell" }
    switch (Light(before.outcome), Light(now.outcome)) {
    case (.green, .red): return nil
    case (.green, .green): return "both sets keep it"
    case (.red, .red): return "both sets break it"
    case (.red, .green): return "\(good) breaks it and \(bad) does not: swap the two"
    case (.unknown, _): return "\(before.outcome.rawValue) on \(good): \(before.reason)"
    case (_, .unknown): return "\(now.outcome.rawValue) on \(bad): \(now.reason)"
    }
  }
}

extension Blame {
  /// What was found of one cell.
  private func sentence(
    on cell: Cell, _ culprits: [Swap], unknown: [Swap], _ repairs: [Swap]
  ) -> String {
    let (good, bad) = names
    let told = [
      turned(good, "red", by: bad, culprits, on: cell, .culprit),
      turned(bad, "green", by: good, repairs, on: cell, .repair),
    ]
    let other = culprits.count == 1 ? sights[culprits[0]]?[CellPlace(cell)] : nil
    let reason = other.flatMap { $0.reason == cell.reason ? nil : "; there: \($0.reason)" }
    let open = unknown.isEmpty ? "" : "; nothing is known of \(options(unknown, of: bad))"
    return told[0] + (reason ?? "") + open + "; " + told[1]
  }

  /// Which changes make a set red, or green.
  private func turned(
    _ set: String, _ colour: String, by other: String, _ changes: [Swap], on cell: Cell,
    _ search: Search
  ) -> String {
    guard let first = changes.first else { return "nothing is seen to turn \(set) \(colour)" }
    guard first.count < parts.count || parts.count == 1 else {
      return "nothing less than the whole of \(other) turns \(set) \(colour)"
    }
    let isRuledOut = changes.allSatisfy { change in
      sights[mix(of: change, search)]?[CellPlace(cell)]?.outcome == .notApplicable
    }
    return "\(set) turns \(colour) with \(options(changes, of: other))"
      + (isRuledOut ? ", where it does not apply" : "")
  }

  private func options(_ changes: [Swap], of set: String) -> String {
    changes.map { change in
      let titles = change.sorted().map { $0 == .rest ? "other packages" : $0.title }
      guard titles.count > 1, let last = titles.last else {
        return "\(set)'s \(titles.first ?? "") alone"
      }
      return "\(set)'s \(titles.dropLast().joined(separator: ", ")) and \(last) together"
    }.joined(separator: " or ")
  }
}

extension Blame.Light {
  /// Only what was seen to hold, or by a rule does not apply, is green.
  init(_ outcome: Outcome?) {
    self =
      switch outcome {
      case .pass, .notApplicable: .green
      case .fail, .blocked: .red
      case .error, .notRun, nil: .unknown
      }
  }
}
