package import Foundation
package import LodgeModel

/// Whether a set may be released by a policy, with everything that stands in the way.
package struct Verdict: Equatable, Sendable {
  package var policy: Policy
  package var set: SetRecord
  /// The instant that ages and ends were counted at.
  package var at: Date
  /// Each required cell, in the order of the requirements.
  package var standings: [Standing]
  /// What became of each waiver that could matter here.
  package var waivers: [WaiverReport]
  /// The requirements that are not in force at the time.
  package var resting: [String]
  /// The records of other sets that had a say in it.
  package var baselines: [SetRecord]

  package init(
    policy: Policy, set: SetRecord, at: Date, standings: [Standing], waivers: [WaiverReport],
    resting: [String] = [], baselines: [SetRecord] = []
  ) {
    (self.policy, self.set, self.at, self.standings) = (policy, set, at, standings)
    (self.waivers, self.resting, self.baselines) = (waivers, resting, baselines)
  }

  /// Whether nothing stands in the way.
  package var isYes: Bool { !standings.isEmpty && !standings.contains(where: \.isObstacle) }

  package var satisfied: [Standing] { standings.filter(\.state.isSatisfied) }

  package var waived: [Standing] { standings.filter { $0.waiver != nil } }

  package var unsatisfied: [Standing] { standings.filter(\.isObstacle) }

  /// The numbers of the runs that it rests on, in their order.
  package var runs: [Int64] {
    let others = baselines.flatMap(\.observations).map(\.run)
    return Set(standings.compactMap(\.source?.run) + others).sorted()
  }

  /// What the exit code of a process says of it: Yes, No, or that nothing was ever judged.
  package var exitCode: Results.ExitCode {
    if isYes { return .green }
    return set.observations.isEmpty ? .nothingJudged : .failed
  }
}

/// What became of one waiver.
package struct WaiverReport: Equatable, Sendable {
  package var waiver: Waiver
  package var state: State

  package init(_ waiver: Waiver, _ state: State) { (self.waiver, self.state) = (waiver, state) }

  /// Whether it counts, and if not, why.
  package enum State: Equatable, Sendable {
    /// It lets as many cells through.
    case used(Int)
    case expired
    /// Its beginning is yet to come.
    case early
    /// It lasts longer than the policy lets waivers last, which is so many seconds.
    case tooLong(TimeInterval)
    /// It fits so many promises; one waiver is for one.
    case tooWide(Int)
    /// Nobody other than its author approved it, and the policy asks for that.
    case unapproved
    /// The cell is red in another way than it was, as these signs say.
    case otherFailure([FailureSign])
    /// What it waives is green.
    case fixed
    /// No cell that there is or could be fits it; the nearest id.
    case noSuchCell(near: String?)
    /// It is for other sets.
    case otherSet
    /// The policy asks for none of its cells.
    case notAsked

    /// Whether somebody should look at it.
    package var isWorthTelling: Bool {
      switch self {
      case .otherSet, .notAsked: false
      case .used, .expired, .early, .tooLong, .tooWide, .unapproved, .otherFailure, .fixed,
        .noSuchCell:
        true
      }
    }
  }
}
