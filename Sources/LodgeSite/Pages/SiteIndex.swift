import Foundation
package import LodgeModel

/// What pages ask of a ledger as a whole: what is newest of each place, and what was there before.
package struct SiteIndex: Sendable {
  package let outline: Outline
  /// For each set and place the newest entry, as an index into the outline's; -1 where there is none.
  private let newest: [Int32]
  /// For each set its entries in their order.
  private let entries: [[Int32]]
  private let tallies: [Tally]
  /// For each set the sets that had its name before, the latest first.
  private let ancestors: [[Int]]
  /// The day on which each run began, as people read it.
  private let days: [Int64: String]

  package init(_ outline: Outline) {
    self.outline = outline
    days = outline.runs.mapValues(\.began.day)
    let (sets, places) = (outline.sets.count, outline.places.count)
    var newest = [Int32](repeating: -1, count: sets * places)
    var entries = [[Int32]](repeating: [], count: sets)
    for (index, entry) in outline.entries.enumerated() {
      newest[entry.set * places + entry.place] = Int32(index)
      entries[entry.set].append(Int32(index))
    }
    (self.newest, self.entries) = (newest, entries)
    tallies = (0..<sets).map { set in
      var tally = Tally()
      for place in 0..<places {
        let index = newest[set * places + place]
        guard index >= 0 else { continue }
        tally.count(outline.entries[Int(index)], at: outline.places[place])
      }
      return tally
    }
    var named: [String: [Int]] = [:]
    var ancestors = [[Int]](repeating: [], count: sets)
    for set in (0..<sets).reversed() {
      let name = outline.sets[set].name
      ancestors[set] = Array(named[name, default: []].reversed())
      named[name, default: []].append(set)
    }
    self.ancestors = ancestors
  }

  /// The cells of one set, in numbers.
  private struct Tally: Sendable {
    struct Key: Hashable {
      let type: DomainType?
      let stage: Stage
    }

    var counts: [Key: [Outcome: Int]] = [:]
    var platforms: [DomainType?: Set<String>] = [:]
    /// The newest run of each type.
    var runs: [DomainType?: Int64] = [:]
    /// The first of the worst cells of each type.
    var worst: [DomainType?: (rank: Int, entry: Outline.Entry)] = [:]

    mutating func count(_ entry: Outline.Entry, at place: Outline.Place) {
      counts[Key(type: place.type, stage: place.stage), default: [:]][entry.outcome, default: 0] +=
        1
      runs[place.type] = max(runs[place.type] ?? 0, entry.run)
      if let platform = place.platform { platforms[place.type, default: []].insert(platform) }
      guard let rank = [Outcome.fail, .error, .blocked].firstIndex(of: entry.outcome) else {
        return
      }
      if let known = worst[place.type], (known.rank, known.entry.number) <= (rank, entry.number) {
        return
      }
      worst[place.type] = (rank, entry)
    }
  }

  /// The types of the columns: those of which any set has cells; without type comes last.
  var types: [DomainType?] {
    Self.inOrder(tallies.reduce(into: []) { seen, tally in seen.formUnion(tally.runs.keys) })
  }

  /// The types of which a set has cells, or of which its members say anything.
  func types(of set: Int) -> [DomainType?] {
    Self.inOrder(
      Set(tallies[set].runs.keys).union(outline.sets[set].support.map { $0.type }))
  }

  private static func inOrder(_ types: Set<DomainType?>) -> [DomainType?] {
    types.sorted { $0.order < $1.order }
  }

  /// The day on which a run began, as people read it.
  func day(of run: Int64) -> String { days[run] ?? "an unknown day" }

  /// When the newest run of a type of a set began.
  func seen(_ set: Int, _ type: DomainType?) -> Date? {
    tallies[set].runs[type].flatMap { outline.runs[$0]?.began }
  }

  /// The verdict on a whole set, of whatever type.
  func together(_ set: Int) -> Together {
    Together(
      tallies[set].counts.values.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) },
      answers: [])
  }

  /// How many cells of a set have which outcome, by type and stage.
  func counts(of set: Int, _ type: DomainType?, at stage: Stage) -> [Outcome: Int] {
    tallies[set].counts[Tally.Key(type: type, stage: stage)] ?? [:]
  }

  /// The stages at which anything of a set was judged, in their order.
  func reach(of set: Int) -> [Stage] {
    Stage.allCases.filter { stage in
      tallies[set].counts.contains { key, counts in
        key.stage == stage && counts.contains { $0.key != .notRun && $0.value > 0 }
      }
    }
  }

  /// The stages at which a set has cells of a type, in their order.
  func stages(of set: Int, _ type: DomainType?) -> [Stage] {
    Stage.allCases.filter { tallies[set].counts[Tally.Key(type: type, stage: $0)] != nil }
  }

  /// The verdict on a type of a set, at one stage or at all of them; nil where nothing is known.
  func verdict(on type: DomainType?, at stage: Stage? = nil, of set: Int) -> Together? {
    let stages = stage.map { [$0] } ?? Stage.allCases
    let counts = stages.compactMap { tallies[set].counts[Tally.Key(type: type, stage: $0)] }
      .reduce(into: [Outcome: Int]()) { $0.merge($1, uniquingKeysWith: +) }
    let answers = outline.sets[set].support.filter { $0.type == type }.map(\.answer)
    return counts.isEmpty && answers.isEmpty ? nil : Together(counts, answers: answers)
  }

  /// How many platforms a type of a set was launched on.
  func platforms(of set: Int, _ type: DomainType?) -> Int {
    tallies[set].platforms[type]?.count ?? 0
  }

  /// The outcome that says most of why a type of a set is red; nil where it is not.
  func worst(of set: Int, _ type: DomainType?) -> Outline.Entry? {
    tallies[set].worst[type]?.entry
  }

  /// The numbers of those outcomes, of all types of some sets.
  func worst(of sets: [Int]) -> [Int64] {
    let types = types
    return sets.flatMap { set in types.compactMap { worst(of: set, $0)?.number } }
  }

  /// The newest entry of a place on a set.
  package func entry(of set: Int, at place: Int) -> Outline.Entry? {
    let index = newest[set * outline.places.count + place]
    return index < 0 ? nil : outline.entries[Int(index)]
  }

  /// The entries of a set in the order in which they were recorded.
  package func entries(of set: Int) -> [Outline.Entry] {
    entries[set].map { outline.entries[Int($0)] }
  }

  /// The set that had the name of a set before it.
  package func predecessor(of set: Int) -> Int? { ancestors[set].first }

  /// The set that has the name of a set after it.
  package func successor(of set: Int) -> Int? {
    (0..<set).last { outline.sets[$0].name == outline.sets[set].name }
  }

  /// The newest set of each name, the newest of all first.
  var newestOfNames: [Int] {
    var known: Set<String> = []
    return outline.sets.indices.filter { known.insert(outline.sets[$0].name).inserted }
  }

  /// The entries of a set by their place, each place's in their order.
  func entriesByPlace(of set: Int) -> [Int: [Outline.Entry]] {
    Dictionary(grouping: entries(of: set), by: \.place)
  }

  /// What sets that had the name before have at a place, the latest first.
  func older(than set: Int, at place: Int, limit: Int) -> [Outline.Entry] {
    Array(ancestors[set].lazy.compactMap { self.entry(of: $0, at: place) }.prefix(limit))
  }
}
