package import Foundation
package import LodgeModel

/// A policy with all that it is asked together with: what there should be, and who answers for what.
package struct Gate: Sendable {
  package var policy: Policy
  package var plan: Plan
  package var waivers: [Waiver]

  package init(_ policy: Policy, plan: Plan, waivers: [Waiver] = []) {
    (self.policy, self.plan, self.waivers) = (policy, plan, waivers)
  }

  /// How far the clocks of two labs may be apart, in seconds.
  package static let patience: TimeInterval = 300

  /// Judges what is recorded of exactly the set that is to be released.
  ///
  /// What was not seen is an obstacle as much as what was seen to fail. `baselines` are the sets that
  /// the policy names, by name; one that is missing there has no record.
  ///
  /// - Throws: ``PolicyFailure`` where the policy is not in force, is not for this set, fits nothing
  ///   or contradicts itself; what `order` throws.
  package func verdict(
    on set: SetRecord, baselines: [String: SetRecord] = [:], at now: Date,
    order: Waiver.Scope.VersionOrder
  ) throws -> Verdict {
    guard policy.validity.holds(at: now) else {
      throw PolicyFailure.notInForce(policy: policy.name, policy.validity, at: now)
    }
    guard policy.sets.contains(where: { $0.matches(set.name) }) else {
      throw PolicyFailure.otherSet(policy: policy.name, sets: policy.sets, set: set.name)
    }
    let asked = policy.requirements.filter { $0.validity.holds(at: now) }
    guard !asked.isEmpty else { throw PolicyFailure.nothingInForce(policy: policy.name, at: now) }
    let cells = CellsOfSet(plan: plan, set: set)
    var standings: [Standing] = []
    for requirement in asked {
      switch requirement.subject {
      case .cells(let wanted):
        let question = Question(
          requirement: requirement.id, cells: wanted, set: set,
          baseline: wanted.against.flatMap { baselines[$0] }, now: now)
        standings += try question.standings(of: cells)
      case .offers(let types):
        standings += types.flatMap { set.offers(of: $0, requirement: requirement.id) }
      }
    }
    try refuseContradictions(asked, standings)
    let (waived, reports) = try WaiverBook(waivers, policy: policy.waiving).apply(
      to: standings, of: set, cells: cells, at: now, order: order)
    return Verdict(
      policy: policy, set: set, at: now, standings: waived, waivers: reports,
      resting: policy.requirements.filter { !asked.contains($0) }.map(\.id),
      baselines: baselines.values.sorted { $0.id < $1.id })
  }

  /// Refuses requirements that mean different things by the same outcome of the same cell.
  private func refuseContradictions(
    _ asked: [Requirement], _ standings: [Standing]
  ) throws(PolicyFailure) {
    var wanted: [String: Requirement.Cells] = [:]
    for requirement in asked {
      if case .cells(let cells) = requirement.subject { wanted[requirement.id] = cells }
    }
    var first: [Standing.Subject: String] = [:]
    for standing in standings {
      guard let other = first.updateValue(standing.requirement, forKey: standing.subject),
        other != standing.requirement, let one = wanted[other],
        let two = wanted[standing.requirement], let about = one.contradicts(two)
      else { continue }
      throw .contradiction(
        other, standing.requirement, about: about, cell: standing.subject.title)
    }
  }
}

extension Requirement.Cells {
  /// What two requirements for one cell cannot both mean; nil where they agree.
  fileprivate func contradicts(_ other: Self) -> String? {
    if notRun != other.notRun { return "what not-run means" }
    if blocked != other.blocked { return "what blocked means" }
    if notApplicable != other.notApplicable { return "what not-applicable means" }
    if failures != other.failures { return "which failures count" }
    if let against, let another = other.against, against != another {
      return "the set to compare with, \(against) and \(another),"
    }
    return nil
  }
}

extension SetRecord {
  /// How each member stands to the demand that it offers a type.
  fileprivate func offers(of type: DomainType, requirement: String) -> [Standing] {
    Member.allCases.map { member in
      let answer = support.first { $0.type == type && $0.member == member }
      let subject = Standing.Subject.offer(type, member)
      return switch answer?.answer {
      case .offered:
        Standing(
          requirement: requirement, subject: subject, state: .passed, reason: answer?.reason ?? "")
      case .notOffered:
        Standing(
          requirement: requirement, subject: subject, state: .notOffered,
          reason: "\(member.title) does not offer \(type.title): \(answer?.reason ?? "")",
          next: "build or choose a \(member.title) that offers \(type.title)")
      case .unknown, nil:
        Standing(
          requirement: requirement, subject: subject, state: .missing,
          reason: "it is not known whether \(member.title) offers \(type.title)"
            + (answer.map { ": \($0.reason)" } ?? ""),
          next: "lodge run MATRIX --set \(name)")
      }
    }
  }
}
