package import Foundation
import GRDB
package import LodgeModel

extension Ledger {
  /// Keeps a verdict with the runs that it rests on, which are never pruned.
  ///
  /// `document` is the whole of it; `digest` is that of the document.
  package func record(
    verdict document: Data, digest: Digest, isYes: Bool, policy: String, policyDigest: Digest,
    ofSet set: Digest, runs: [Int64], at given: Date
  ) throws(LedgerFailure) {
    try write("keep the verdict on set \(set.short)") { db in
      guard let buildSet = try db.number(ofSet: set) else {
        throw LedgerFailure.Cause.unknownSet(set)
      }
      let verdict = try db.insert(
        into: "verdict",
        [
          "buildSet": buildSet, "policy": policy, "policyDigest": policyDigest.hex,
          "given": given, "answer": isYes ? "yes" : "no",
          "content": try db.keep(document, as: digest),
        ])
      for run in runs { try db.insert(into: "basis", ["verdict": verdict, "run": run]) }
    }
    settle()
  }

  /// The verdicts that were given, newest first.
  package func verdicts(limit: Int = 100) throws(LedgerFailure) -> [GivenVerdict] {
    try read("list verdicts") { db in
      try db.verdicts(limit: limit)
    }
  }
}

/// A verdict that was given on a set.
package struct GivenVerdict: Equatable, Sendable {
  package let set: Digest
  /// The name of the policy.
  package let policy: String
  package let given: Date
  package let isYes: Bool
}

extension Database {
  /// The verdicts that were given, newest first.
  func verdicts(limit: Int) throws -> [GivenVerdict] {
    try Row.fetchAll(
      self,
      sql: """
        SELECT verdict.*, buildSet.digest AS digest FROM verdict
        JOIN buildSet ON buildSet.id = verdict.buildSet ORDER BY verdict.id DESC LIMIT ?
        """, arguments: [max(0, limit)]
    ).map { row in
      let answer: String = try row.decode(forColumn: "answer")
      guard ["yes", "no"].contains(answer) else {
        throw LedgerFailure.Cause.damaged("answer is \(answer.debugDescription)")
      }
      return GivenVerdict(
        set: try Digest(stored: row.decode(forColumn: "digest")),
        policy: try row.decode(forColumn: "policy"), given: try row.decode(forColumn: "given"),
        isYes: answer == "yes")
    }
  }

  /// The number of a content, stored now if it was never seen.
  func keep(_ bytes: Data, as digest: Digest) throws -> Int64 {
    let known = try Int64.fetchOne(
      cachedStatement(sql: "SELECT id FROM content WHERE digest = ?"), arguments: [digest.hex])
    if let known { return known }
    return try insert(into: "content", ["digest": digest.hex, "bytes": bytes])
  }
}
