import LodgeContracts
import LodgeHost
import LodgeLaunch
import LodgeModel
import LodgePackages
import LodgeRelease
import LodgeScenarios

/// Mixes of two sets being made and judged until a part of one is named.
struct Blaming {
  /// Which cells are asked for.
  struct Question {
    var globs: [Glob]
    /// Empty for all types.
    var types: [DomainType]
    let stage: Stage
    /// All that can be launched; nil where there is no folder of scenarios.
    let all: Catalogue?
    /// The scenarios that are launched for contracts that look at all launches of a type.
    let fitting: [Scenario]

    func fits(_ cell: Cell) -> Bool {
      guard cell.stage <= stage, types.isEmpty || cell.type.map(types.contains) == true else {
        return false
      }
      return globs.contains(where: Claim(of: cell).answers)
    }

    /// The question for these cells alone, which nothing is launched for in vain.
    func narrowed(to cells: [Cell]) -> Self {
      var question = self
      question.globs = cells.map { Glob($0.id) }
      if cells.allSatisfy({ $0.type != nil }) { question.types = cells.compactMap(\.type) }
      return question
    }

    /// The contracts that are asked for.
    var contracts: [Contract] { allContracts.filter { globs.contains(where: $0.answers) } }

    /// The scenarios that are asked for, and those that decide contracts; nil where nothing is
    /// launched.
    var catalogue: Catalogue? {
      guard stage >= .launch, var chosen = all else { return nil }
      let judges = contracts.flatMap { contract in contract.judges.map { (contract.types, $0) } }
      chosen.scenarios.removeAll { scenario in
        guard types.isEmpty || types.contains(scenario.type) else { return true }
        return !globs.contains(where: scenario.answers)
          && !judges.contains { types, judge in
            switch judge {
            case .scenarios(let ids): ids.contains(scenario.id.withoutCase)
            case .launches, .calls, .answers:
              types.contains(scenario.type) && fitting.contains(scenario)
            case .facts, .comparison, .host: false
            }
          }
      }
      return chosen
    }
  }

  let bench: Workbench
  let question: Question
  let good: Workbench.Prepared
  let bad: Workbench.Prepared
  /// Whether mixes are judged that the answer does not need.
  let wantsAll: Bool

  /// Judges both sets, and as many mixes as the answer takes.
  func report() async throws -> BlameReport {
    let parts = try await differingParts()
    let baseline = try await bench.baseline(good)
    let first = try await judge(good, question, baseline, before: nil)
    let before = SetLaunches.Before(
      name: good.name, launches: first.launches, answers: first.answers)
    let second = try await judge(bad, question, baseline, before: before)
    var blame = Blame(
      good: (good.name, first.results.cells), bad: (bad.name, second.results.cells), parts: parts,
      fits: question.fits)
    let question = question.narrowed(to: blame.suspects)
    var known = first.known + second.known
    var swaps: [Blame.Swap] = [[], Set(parts)]
    var mixes = [whole(good, parts), whole(bad, parts)]
    let wanted = wantsAll && !blame.suspects.isEmpty ? blame.all : []
    while let swap = blame.next ?? wanted.first(where: { !blame.isJudged($0) }) {
      let judged = try await judge(swap, of: parts, question, baseline, before: before)
      blame.record(judged.seen, of: swap)
      swaps.append(swap)
      mixes.append(judged.mix)
      known += judged.known
    }
    return BlameReport(
      good: side(good), bad: side(bad), parts: parts, mixes: mixes,
      blamed: blame.answers(telling: swaps),
      passed: blame.passed.map { BlameReport.Passed($0.cell, sentence: $0.why) }, known: known)
  }

  private func side(_ set: Workbench.Prepared) -> SetDifference.Side {
    SetDifference.Side(name: set.name, id: set.lock.id)
  }

  private func whole(_ set: Workbench.Prepared, _ parts: [SetPart]) -> BlameReport.Mix {
    BlameReport.Mix(
      parts: Dictionary(uniqueKeysWithValues: parts.map { ($0, set.name) }), id: set.lock.id,
      packages: set.lock.packages.count)
  }

  /// The parts whose packages are not the same in both sets.
  private func differingParts() async throws -> [SetPart] {
    let (before, after) = (
      try await bench.store.parts(of: good.lock), try await bench.store.parts(of: bad.lock)
    )
    return SetPart.allCases.filter { before[$0, default: []] != after[$0, default: []] }
  }

  private func judge(
    _ set: Workbench.Prepared, _ question: Question, _ baseline: Workbench.Baseline,
    before: SetLaunches.Before?
  ) async throws -> Workbench.Judged {
    try await bench.judge(
      set, by: question.contracts, against: baseline, launching: question.catalogue,
      before: before)
  }

  private func judge(
    _ swap: Blame.Swap, of parts: [SetPart], _ question: Question,
    _ baseline: Workbench.Baseline, before: SetLaunches.Before
  ) async throws -> (mix: BlameReport.Mix, seen: Blame.Seen, known: Int) {
    let base = swap.contains(.rest) ? 1 : 0
    let members = parts.compactMap(\.member).map { ($0, swap.contains(SetPart($0)) ? 1 : 0) }
    let mixture = try await bench.store.mix(
      [good.lock, bad.lock], base: base, givers: Dictionary(uniqueKeysWithValues: members))
    var mix = BlameReport.Mix(
      parts: Dictionary(
        uniqueKeysWithValues: parts.map { ($0, swap.contains($0) ? bad.name : good.name) }))
    let resolved: Mixture.Resolved
    switch mixture {
    case .impossible(let obstacles, _):
      mix.obstacles = obstacles
      return (mix, .impossible(obstacles), 0)
    case .resolved(let found): resolved = found
    }
    (mix.id, mix.packages) = (resolved.lock.id, resolved.lock.packages.count)
    (mix.along, mix.gone) = (resolved.along.map(\.label), resolved.gone.map(\.label))
    let titles = swap.sorted().map(\.title).joined(separator: ", ")
    let set = try await bench.prepare(
      resolved.lock, name: "\(good.name) with \(titles) of \(bad.name)",
      by: (base == 0 ? good : bad).installation)
    let judged = try await judge(set, question, baseline, before: before)
    return (mix, .judged(judged.results.cells), judged.known)
  }
}
