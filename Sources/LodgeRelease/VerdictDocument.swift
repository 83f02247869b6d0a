import Foundation
import LodgeModel

/// A verdict as one JSON document.
package struct VerdictDocument: Encodable, Sendable {
  /// The version of this shape; fields may be added within it, never renamed.
  package static let currentSchema = "lodge.verdict/1"

  private let schema = Self.currentSchema
  private let verdict: String
  private let at: Date
  private let policy: Policy
  private let set: BuildSet
  private let satisfied: [Entry]
  private let waived: [Entry]
  private let unsatisfied: [Entry]
  private let waivers: [Waived]
  private let resting: [String]

  package init(_ verdict: Verdict) {
    self.verdict = verdict.isYes ? "yes" : "no"
    at = verdict.at
    policy = Policy(name: verdict.policy.name, digest: verdict.policy.digest)
    set = BuildSet(
      id: verdict.set.id, name: verdict.set.name, packages: verdict.set.packages.count)
    satisfied = verdict.satisfied.map(Entry.init)
    waived = verdict.waived.map(Entry.init)
    unsatisfied = verdict.unsatisfied.map(Entry.init)
    waivers = verdict.waivers.map(Waived.init)
    resting = verdict.resting
  }

  private struct Policy: Encodable {
    let name: String
    let digest: Digest
  }

  private struct BuildSet: Encodable {
    let id: Digest
    let name: String
    let packages: Int
  }

  private struct Entry: Encodable {
    let requirement: String
    /// `contract`, `scenario`, or `offer` with the member as id.
    let kind: String
    let id: String
    let catalogue: String?
    let type: DomainType?
    let platform: String?
    let stage: Stage?
    let state: Standing.State
    let reason: String
    let next: String?
    let waiver: String?
    let run: Int64?
    let lab: String?
    let seen: Date?

    init(_ standing: Standing) {
      (requirement, state, reason) = (standing.requirement, standing.state, standing.reason)
      next = standing.next.isEmpty ? nil : standing.next
      waiver = standing.waiver
      (run, lab, seen) = (standing.source?.run, standing.source?.lab, standing.source?.seen)
      switch standing.subject {
      case .cell(let claim, let stage):
        (kind, id, catalogue) = (claim.kind.rawValue, claim.id, claim.catalogue)
        (type, platform, self.stage) = (claim.type, claim.platform, stage)
      case .offer(let type, let member):
        (kind, id, catalogue) = ("offer", member.rawValue, nil)
        (self.type, platform, stage) = (type, nil, nil)
      }
    }
  }

  private struct Waived: Encodable {
    let id: String
    let state: String
    let about: String
    let author: String
    let approver: String?
    let issue: String
    let expires: Date

    init(_ report: WaiverReport) {
      (id, state) = (report.waiver.id, report.state.word)
      about = report.state.sentence
      (author, approver) = (report.waiver.author, report.waiver.approver)
      (issue, expires) = (report.waiver.issue, report.waiver.expires)
    }
  }
}

extension WaiverReport.State {
  /// The state in one word.
  package var word: String {
    switch self {
    case .used: "used"
    case .expired: "expired"
    case .early: "early"
    case .tooLong: "too-long"
    case .tooWide: "too-wide"
    case .unapproved: "unapproved"
    case .otherFailure: "other-failure"
    case .fixed: "fixed"
    case .noSuchCell: "no-such-cell"
    case .otherSet: "other-set"
    case .notAsked: "not-asked"
    }
  }

  /// The state, and what to do about it.
  package var sentence: String {
    switch self {
    case .used(let cells): "lets \(cells) cell\(cells == 1 ? "" : "s") through"
    case .expired: "has expired and counts no more; mend the cell, or write a new one"
    case .early: "begins in the future"
    case .tooLong(let longest):
      "lasts longer than \(longest.inWords), which is the most; shorten it"
    case .tooWide(let promises):
      "fits \(promises) promises, and a waiver is for one; write one for each"
    case .unapproved: "nobody other than its author approved it, as the policy asks"
    case .otherFailure(let signs):
      "the cell fails in another way than was waived: "
        + signs.map(\.description).joined(separator: "; ")
    case .fixed: "what it waives is green; remove it"
    case .noSuchCell(let near):
      "fits no cell that there is" + (near.map { "; did you mean \($0)?" } ?? "; remove it")
    case .otherSet: "is for other sets"
    case .notAsked: "the policy asks for none of its cells"
    }
  }
}
