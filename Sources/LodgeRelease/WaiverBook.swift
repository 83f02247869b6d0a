import Foundation
package import LodgeModel

/// All waivers that there are, as one policy takes them.
struct WaiverBook {
  private let waivers: [Waiver]
  private let policy: Waiving

  init(_ waivers: [Waiver], policy: Waiving) { (self.waivers, self.policy) = (waivers, policy) }

  /// Lets through what somebody answers for, and tells what became of every waiver.
  func apply(
    to standings: [Standing], of set: SetRecord, cells: CellsOfSet, at now: Date,
    order: Waiver.Scope.VersionOrder
  ) rethrows -> ([Standing], [WaiverReport]) {
    var standings = standings
    let reports = try waivers.map { waiver in
      if let state = try defect(of: waiver, set, cells, at: now, order) {
        return WaiverReport(waiver, state)
      }
      let fitting = standings.indices.filter { waiver.fits(standings[$0].subject) }
      guard !fitting.isEmpty else { return WaiverReport(waiver, .notAsked) }
      let red = fitting.filter { standings[$0].state.canBeWaived }
      guard !red.isEmpty else { return WaiverReport(waiver, .fixed) }
      let alike = red.filter { Set(standings[$0].signs).isSubset(of: waiver.seen) }
      for index in alike where standings[index].waiver == nil {
        standings[index].waiver = waiver.id
      }
      guard alike.count == red.count else {
        let others = red.filter { !alike.contains($0) }.flatMap { standings[$0].signs }
        return WaiverReport(
          waiver, .otherFailure(Set(others).subtracting(waiver.seen).sorted()))
      }
      return WaiverReport(waiver, .used(red.count))
    }
    return (standings, reports)
  }

  /// Why a waiver does not count, whatever it fits; nil where it may.
  private func defect(
    of waiver: Waiver, _ set: SetRecord, _ cells: CellsOfSet, at now: Date,
    _ order: Waiver.Scope.VersionOrder
  ) rethrows -> WaiverReport.State? {
    guard try waiver.scope.holds(for: set.id, of: set.packages, order: order) else {
      return .otherSet
    }
    let claims = cells.entries.map(\.claim)
    let promises = Set(claims.filter(waiver.cell.fits).map(\.promise))
    if promises.isEmpty {
      return .noSuchCell(
        near: nearest(
          to: waiver.cell.id.description,
          among: claims.filter { $0.kind == waiver.cell.kind }.map(\.promise)))
    }
    if promises.count > 1 || waiver.cell.meansAll { return .tooWide(promises.count) }
    if waiver.hasEnded(at: now) { return .expired }
    if waiver.created > now + Gate.patience { return .early }
    if waiver.expires.timeIntervalSince(waiver.created) > policy.longest {
      return .tooLong(policy.longest)
    }
    return policy.needsApprover && !waiver.isApproved ? .unapproved : nil
  }
}

extension Waiver {
  /// Whether it is for what a standing is about.
  func fits(_ subject: Standing.Subject) -> Bool {
    guard case .cell(let claim, let stage) = subject else { return false }
    return cell.fits(claim, at: stage)
  }

  /// Whether it answers for a red cell, in a set that its scope holds for: it is for it, and was
  /// written for such a failure.
  package func answers(for cell: Cell) -> Bool {
    guard !self.cell.meansAll, self.cell.fits(Claim(of: cell), at: cell.stage) else { return false }
    let signs = cell.signs
    return !signs.isEmpty && Set(signs).isSubset(of: seen)
  }

  /// Whether somebody other than its author approved it.
  package var isApproved: Bool {
    guard let approver else { return false }
    return approver.mailbox != author.mailbox
  }
}

extension [Waiver] {
  /// The one that answers for a red cell: the last to end of those that are approved, else of all.
  package func answering(for cell: Cell) -> Waiver? {
    filter { $0.answers(for: cell) }.max {
      ($0.isApproved ? 1 : 0, $0.expires, $0.id) < ($1.isApproved ? 1 : 0, $1.expires, $1.id)
    }
  }
}

extension String {
  /// What tells one person from another: the address in angle brackets, else the whole.
  fileprivate var mailbox: String {
    let address = split(separator: "<").last?.split(separator: ">").first.map(String.init)
    return (address ?? self).trimmingCharacters(in: .whitespaces).lowercased()
  }
}
