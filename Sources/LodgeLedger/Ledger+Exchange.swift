package import Foundation
import GRDB
package import LodgeModel

extension Ledger {
  /// A run as one document; nil for one that has not ended, as more may be added to it.
  ///
  /// `isEnclosed` tells which evidence will go with it.
  package func document(
    of id: RunID, isEnclosed: (_ set: Digest, RunDocument.ReadEvidence) -> Bool = { _, _ in false }
  ) throws(LedgerFailure) -> RunDocument? {
    let results = try results(of: id)
    return try read("read run \(id)") { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT run.*, ended, exitCode FROM run LEFT JOIN ending ON ending.run = run.id
          WHERE run.id = ?
          """, arguments: [id.number])
      guard let row else { throw LedgerFailure.Cause.unknownRun(id) }
      let run = try Run(id: id, row: row, counts: [:])
      guard case .ended(let ended, let exitCode) = run.state else { return nil }
      let recordings = try Row.fetchAll(
        db, sql: "SELECT * FROM recording WHERE run = ?", arguments: [id.number])
      for recording in recordings { try db.requireSealed(recording) }
      let sets = try results.sets.map { set in
        guard let number = try db.number(ofSet: set.id) else {
          throw LedgerFailure.Cause.unknownSet(set.id)
        }
        let evidence = try Row.fetchAll(
          db,
          sql: "SELECT DISTINCT collectors, digest FROM evidence WHERE run = ? AND buildSet = ?",
          arguments: [id.number, number]
        ).map { row in
          var evidence = RunDocument.ReadEvidence(
            collectors: try row.decode(forColumn: "collectors"),
            digest: try Digest(stored: row.decode(forColumn: "digest")), isEnclosed: false)
          evidence.isEnclosed = isEnclosed(set.id, evidence)
          return evidence
        }
        let baseline = try String.fetchOne(
          db, sql: "SELECT baseline FROM comparison WHERE run = ? AND buildSet = ?",
          arguments: [id.number, number])
        return RunDocument.BuildSet(
          id: set.id, name: set.name, lock: try db.lock(ofSet: number), evidence: evidence,
          baseline: try baseline.map(Digest.init(stored:)), cells: set.cells,
          support: set.support, notes: set.notes)
      }
      return RunDocument(run: run, ended: ended, exitCode: exitCode, sets: sets)
    }
  }

  /// What a run was signed as when it was given or taken; nil where it never was.
  package func envelope(of run: RunID) throws(LedgerFailure) -> Data? {
    try read("read what run \(run) was signed as") { db in
      try Data.fetchOne(
        db, sql: "SELECT envelope FROM origin WHERE run = ?", arguments: [run.number])
    }
  }

  /// Keeps what a run is signed as, so that it is known again when it comes back.
  package func keep(
    envelope: Data, digest: Digest, of run: RunID
  ) throws(LedgerFailure) {
    try write("keep what run \(run) is signed as") { db in
      let known = try Row.fetchOne(
        db, sql: "SELECT 1 FROM origin WHERE run = ? OR digest = ?",
        arguments: [run.number, digest.hex])
      guard known == nil else { return }
      try db.insert(
        into: "origin", ["run": run.number, "digest": digest.hex, "envelope": envelope])
    }
  }

  /// Takes up runs of labs, all of them or none; gives the number of each that was not there yet.
  ///
  /// A run that is there already is left as it is, whoever brings it again.
  ///
  /// - Throws: ``LedgerFailure`` also where the packages of a set are not those of its id.
  package func take(_ runs: [TakenRun]) throws(LedgerFailure) -> [RunID?] {
    let taken = try write("take up \(runs.count) runs") { db in
      try runs.map { run -> RunID? in
        let known = try Row.fetchOne(
          db, sql: "SELECT 1 FROM origin WHERE digest = ?", arguments: [run.digest.hex])
        return known == nil ? try db.take(run) : nil
      }
    }
    settle()
    return taken
  }
}

/// A run of a lab, as it was signed.
package struct TakenRun: Sendable {
  package var document: RunDocument
  /// The digest of the document's bytes.
  package var digest: Digest
  /// The lab that signed, by the name under which it is known here.
  package var lab: String
  /// The bytes that say so.
  package var envelope: Data
  /// What the cells left, by digest.
  package var contents: [Digest: Data]

  package init(
    document: RunDocument, digest: Digest, lab: String, envelope: Data,
    contents: [Digest: Data]
  ) {
    (self.document, self.digest, self.lab) = (document, digest, lab)
    (self.envelope, self.contents) = (envelope, contents)
  }
}

extension Database {
  fileprivate func take(_ taken: TakenRun) throws -> RunID {
    let document = taken.document
    let run = try begin(
      Run.Start(
        tool: document.tool, started: document.started, matrix: document.matrix,
        arguments: document.arguments, lab: taken.lab))
    for (digest, bytes) in taken.contents.sorted(by: { $0.key < $1.key }) {
      _ = try keep(bytes, as: digest)
    }
    for set in document.sets {
      try set.lock.require(id: set.id)
      let buildSet = try name(set.lock, id: set.id, as: set.name, in: run)
      if let baseline = set.baseline {
        try insert(
          into: "comparison",
          ["run": run.number, "buildSet": buildSet, "baseline": baseline.hex])
      }
      for evidence in set.evidence {
        try insert(
          into: "evidence",
          [
            "run": run.number, "buildSet": buildSet, "digest": evidence.digest.hex,
            "collectors": evidence.collectors,
          ])
      }
      try record(set.cells, set.support, set.notes, buildSet: buildSet, run: run)
    }
    try insert(
      into: "origin",
      ["run": run.number, "digest": taken.digest.hex, "envelope": taken.envelope])
    try insert(
      into: "ending",
      ["run": run.number, "ended": document.ended, "exitCode": document.exitCode])
    return run
  }
}
