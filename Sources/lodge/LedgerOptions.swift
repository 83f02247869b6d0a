import ArgumentParser
import Foundation
import LodgeEvidence
import LodgeLedger
import LodgeModel

/// Where results are kept.
struct LedgerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The file that keeps all results.", valueName: "file"))
  var ledger: String = Self.defaultPath

  /// Opens the ledger, making it if need be.
  func open() throws -> Ledger { try Ledger(path: ledger) }

  private static var defaultPath: String {
    let environment = ProcessInfo.processInfo.environment
    let state = environment["XDG_STATE_HOME"] ?? "\(environment["HOME"] ?? "/root")/.local/state"
    return "\(state)/lodge/ledger.sqlite"
  }
}

extension Ledger {
  /// Records a set with its packages, its evidence and what was seen.
  func record(_ judged: Workbench.Judged, run: RunID) throws {
    let set = judged.results
    try record(judged.lock, id: set.id, name: set.name, run: run)
    if let baseline = judged.baseline {
      try record(baseline: baseline, ofSet: set.id, run: run)
    }
    try record(
      evidence: judged.evidence, ofSet: set.id, collectors: collectorsVersion, run: run)
    try keep(judged.contents)
    try record(
      cells: set.cells, support: set.support, notes: set.notes, ofSet: set.id, run: run)
  }
}
