package import LodgeModel

/// Why a ledger could not be opened, written or read.
package struct LedgerFailure: Error, Equatable, CustomStringConvertible {
  /// What was wrong, apart from where.
  package enum Cause: Error, Equatable, Sendable {
    /// A newer Lodge wrote the file; both schemas are numbers of migrations.
    case newerSchema(file: Int, known: Int)
    case notALedger(String)
    case damaged(String)
    case full
    /// This user may not open, create or change the file.
    case denied(String)
    /// Another process kept the file locked for longer than the ledger waits.
    case busy
    case unknownRun(RunID)
    case endedRun(RunID)
    /// Something was recorded of a set that the run had not recorded.
    case unknownSet(Digest)
    /// A cell names an artefact whose content was not kept before.
    case unknownContent(Digest)
    /// The ledger holds a set of this id with other packages.
    case otherPackages(Digest)
    case other(String)
  }

  /// What was being done, as in `begin a run`.
  package let action: String
  package let path: String
  package let cause: Cause

  package var description: String { "cannot \(action) in ledger \(path): \(cause)" }
}

extension LedgerFailure.Cause: CustomStringConvertible {
  package var description: String {
    switch self {
    case .newerSchema(let file, let known):
      "its schema is \(file), this Lodge knows up to \(known); "
        + "use the Lodge that wrote it, or name another file with --ledger"
    case .notALedger(let why):
      "it is no ledger, \(why); it was left as it is, name another file with --ledger"
    case .damaged(let why):
      "it is damaged, \(why); keep it, restore a copy, or name another file with --ledger"
    case .full:
      "the disk is full; free some space and run again, what was recorded before is safe"
    case .denied(let why):
      "\(why); give this user access, or name another file with --ledger"
    case .busy:
      "another process kept it locked for \(Int(Ledger.patience)) seconds; run again when it is done"
    case .unknownRun(let run):
      "it has no run \(run); begin one, or name a run that it has"
    case .endedRun(let run):
      "run \(run) has ended, and nothing is added to it; begin a new run"
    case .unknownSet(let id):
      "the run has no set \(id); record the set before what was seen of it"
    case .unknownContent(let digest):
      "it has no artefact \(digest); keep the content before the cell that names it"
    case .otherPackages(let id):
      "set \(id) is there with other packages; a set's id must be the digest of its lock"
    case .other(let why): why
    }
  }
}
