package import Foundation
package import LodgeModel

/// What must be green before a set may be released, and for how long that holds.
package struct Policy: Equatable, Sendable {
  package var name: String
  /// One sentence for readers.
  package var about: String
  /// The digest of the file's bytes.
  package var digest: Digest
  /// When the policy holds.
  package var validity: Validity
  /// The sets that it is for, by name.
  package var sets: [Glob]
  package var waiving: Waiving
  /// At least one.
  package var requirements: [Requirement]

  package init(
    name: String, about: String = "", digest: Digest, validity: Validity = Validity(),
    sets: [Glob] = ["*"], waiving: Waiving = Waiving(), requirements: [Requirement]
  ) {
    (self.name, self.about, self.digest) = (name, about, digest)
    (self.validity, self.sets, self.waiving) = (validity, sets, waiving)
    self.requirements = requirements
  }
}

/// The time during which something holds; instants in UTC.
package struct Validity: Equatable, Sendable {
  /// The first instant; nil for ever since.
  package var from: Date?
  /// The first instant at which it holds no more; nil for no end.
  package var until: Date?

  package init(from: Date? = nil, until: Date? = nil) { (self.from, self.until) = (from, until) }

  /// Whether it holds at an instant.
  package func holds(at instant: Date) -> Bool {
    (from ?? .distantPast) <= instant && instant < (until ?? .distantFuture)
  }
}

/// What a policy lets people answer for.
package struct Waiving: Equatable, Sendable {
  /// How long a waiver may last, in seconds.
  package var longest: TimeInterval
  /// Whether somebody other than its author must have approved it.
  package var needsApprover: Bool

  package init(longest: TimeInterval = 90 * 86_400, needsApprover: Bool = false) {
    (self.longest, self.needsApprover) = (longest, needsApprover)
  }
}

/// One thing that a policy asks of a set.
package struct Requirement: Equatable, Sendable {
  /// The name that verdicts use; no other requirement of the policy has it.
  package var id: String
  package var subject: Subject
  /// When it is asked.
  package var validity: Validity

  package init(id: String, subject: Subject, validity: Validity = Validity()) {
    (self.id, self.subject, self.validity) = (id, subject, validity)
  }

  /// What is asked.
  package enum Subject: Equatable, Sendable {
    /// Cells must be green.
    case cells(Cells)
    /// Every member must offer these types.
    ///
    /// Without it a set that lost a type altogether would pass: all its cells would not apply.
    case offers([DomainType])
  }

  /// Which cells must be green, and what counts as that.
  package struct Cells: Equatable, Sendable {
    /// Contracts by id or catalogue number.
    package var contracts: [Glob]
    /// Scenarios by id, with or without their case.
    package var scenarios: [Glob]
    /// Contracts and scenarios that fit and are left out all the same.
    package var except: [Glob]
    /// Nil for all, and for cells of no type.
    package var types: [DomainType]?
    /// Nil for all, and for cells of no platform.
    package var platforms: [Glob]?
    /// How far the evidence must go at least.
    package var stage: Stage
    /// The labs whose word counts; nil for any.
    package var labs: [Glob]?
    /// How old a run may be, in seconds; nil for any age.
    package var fresh: TimeInterval?
    /// The name of the set that comparing contracts must have held it against; nil for any.
    package var against: String?
    /// Whether a failure that ``against`` has as well is held against the set.
    package var failures: Failures
    package var notRun: Meaning
    package var blocked: Meaning
    package var notApplicable: Meaning

    package init(
      contracts: [Glob] = [], scenarios: [Glob] = [], except: [Glob] = [],
      types: [DomainType]? = nil, platforms: [Glob]? = nil, stage: Stage, labs: [Glob]? = nil,
      fresh: TimeInterval? = nil, against: String? = nil, failures: Failures = .all,
      notRun: Meaning = .unsatisfied,
      blocked: Meaning = .unsatisfied, notApplicable: Meaning = .accepted
    ) {
      (self.contracts, self.scenarios, self.except) = (contracts, scenarios, except)
      (self.types, self.platforms, self.stage) = (types, platforms, stage)
      (self.labs, self.fresh) = (labs, fresh)
      (self.against, self.failures) = (against, failures)
      (self.notRun, self.blocked, self.notApplicable) = (notRun, blocked, notApplicable)
    }
  }

  /// Which failures stand in the way.
  package enum Failures: String, CaseIterable, Sendable {
    case all
    /// Only those that the baseline does not have alike.
    case new
  }

  /// What an outcome that is neither green nor red means.
  package enum Meaning: String, CaseIterable, Sendable {
    case unsatisfied
    case accepted
  }
}
