package import Foundation
package import LodgeModel

/// How one required cell stands before the gate.
package struct Standing: Equatable, Sendable {
  /// The requirement that asks for it.
  package var requirement: String
  package var subject: Subject
  package var state: State
  /// One sentence.
  package var reason: String
  /// What the failure looks like; empty for what is satisfied.
  package var signs: [FailureSign]
  /// What to do next; empty where nothing is to be done.
  package var next: String
  /// The run that it rests on; nil where nothing was recorded.
  package var source: Source?
  /// The waiver that lets it through; nil for none.
  package var waiver: String?

  package init(
    requirement: String, subject: Subject, state: State, reason: String,
    signs: [FailureSign] = [], next: String = "", source: Source? = nil, waiver: String? = nil
  ) {
    (self.requirement, self.subject) = (requirement, subject)
    (self.state, self.reason, self.signs, self.next) = (state, reason, signs, next)
    (self.source, self.waiver) = (source, waiver)
  }

  /// What is asked about.
  package enum Subject: Hashable, Sendable {
    /// A cell; the stage is the one that was seen, or the required one where nothing was.
    case cell(Claim, Stage)
    /// Whether a member offers a type.
    case offer(DomainType, Member)

    /// As a person writes it.
    package var title: String {
      switch self {
      case .cell(let claim, let stage): "\(claim.title) at \(stage.rawValue)"
      case .offer(let type, let member): "\(member.title) offers \(type.title)"
      }
    }
  }

  /// Who saw it, and when.
  package struct Source: Equatable, Sendable {
    package var run: Int64
    package var lab: String
    package var seen: Date

    package init(_ observation: Observation) {
      (run, lab, seen) = (observation.run, observation.lab, observation.seen)
    }
  }

  /// What is the matter, each told apart from all others.
  package enum State: String, CaseIterable, Encodable, Sendable {
    case passed
    /// A rule says that the promise was never made here.
    case notApplicable = "not-applicable"
    /// Neither green nor red, and the policy takes that.
    case accepted
    /// It fails as the baseline does, and the policy asks only for new failures.
    case known
    case failed
    /// Lodge's own trouble.
    case errored
    case blocked
    /// The promise was never made here, and the policy asks for it.
    case notPromised = "not-promised"
    /// It was recorded that it was not run, with what is missing.
    case notRun = "not-run"
    /// Nothing is recorded.
    case missing
    /// Nothing green is recorded, and a run of the set is under way.
    case running
    /// It was green, too long ago.
    case stale
    /// It was held against another set than the policy names, or none.
    case otherBaseline = "other-baseline"
    /// It was recorded at a time that has not come yet.
    case fromTheFuture = "from-the-future"
    /// A member does not offer a type.
    case notOffered = "not-offered"

    /// Whether the policy is content with it.
    package var isSatisfied: Bool {
      switch self {
      case .passed, .notApplicable, .accepted, .known: true
      case .failed, .errored, .blocked, .notPromised, .notRun, .missing, .running, .stale,
        .otherBaseline, .fromTheFuture, .notOffered:
        false
      }
    }

    /// Whether a person can answer for it: not for what will be known soon, nor for a wrong clock.
    package var canBeWaived: Bool {
      !isSatisfied && self != .running && self != .fromTheFuture
    }
  }

  /// Whether it stands in the way of a Yes.
  package var isObstacle: Bool { !state.isSatisfied && waiver == nil }
}
