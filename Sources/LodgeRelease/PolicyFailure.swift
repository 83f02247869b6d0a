package import Foundation
package import LodgeModel

/// Why a policy gives no verdict: it is wrong, or does not fit what it is asked.
///
/// None of these is a Yes, and none is a No: somebody has to look.
package enum PolicyFailure: Error, Equatable, CustomStringConvertible {
  /// The policy is not in force.
  case notInForce(policy: String, Validity, at: Date)
  /// None of its requirements is.
  case nothingInForce(policy: String, at: Date)
  /// It is for other sets.
  case otherSet(policy: String, sets: [Glob], set: String)
  /// A pattern of a requirement means nothing that there is.
  case fitsNothing(requirement: String, what: String, near: String?)
  /// Two requirements ask what cannot both be, of one cell.
  case contradiction(String, String, about: String, cell: String)
  /// This clock is behind what was recorded.
  case clock(now: Date, recorded: Date, run: Int64)

  package var description: String {
    switch self {
    case .notInForce(let policy, let validity, let now):
      "policy \(policy) holds"
        + (validity.from.map { " from \($0.utc)" } ?? "")
        + (validity.until.map { " until \($0.utc)" } ?? "")
        + ", and it is \(now.utc); name a policy that is in force, or renew this one"
    case .nothingInForce(let policy, let now):
      "no requirement of policy \(policy) is in force at \(now.utc), so it asks nothing; "
        + "renew one, or name another policy"
    case .otherSet(let policy, let sets, let set):
      "policy \(policy) is for sets \(sets.map(\.description).joined(separator: ", ")), "
        + "not for \(set); name another policy, or add the set to its sets:"
    case .fitsNothing(let requirement, let what, let near):
      "requirement \(requirement): \(what) fits no cell that there is or could be"
        + (near.map { "; did you mean \($0)?" } ?? "; lodge explain --list names them all")
    case .contradiction(let one, let other, let about, let cell):
      "requirements \(one) and \(other) contradict each other: \(about) of \(cell); "
        + "leave the cell out of one of them with except:"
    case .clock(let now, let recorded, let run):
      "this clock says \(now.utc), but run \(run) of the ledger began at \(recorded.utc): one of "
        + "the two clocks is wrong, and with them every age and every end of a waiver; mend the "
        + "clock, or look back with --at"
    }
  }
}
