import Foundation
import GRDB
import LodgeModel

// What the ledger wrote, read back. A value that this Lodge would not have written is damage, and
// never a trap: the file may come from anywhere.

extension Row {
  /// A word of one of the model's vocabularies.
  func word<Word: RawRepresentable>(_ column: String) throws -> Word
  where Word.RawValue == String {
    let text = try decode(String.self, forColumn: column)
    guard let word = Word(rawValue: text) else {
      throw LedgerFailure.Cause.damaged("\(column) is \(text.debugDescription)")
    }
    return word
  }
}

extension Digest {
  /// A digest that was stored as its hexadecimal digits.
  init(stored text: String) throws {
    guard let digest = Digest(text) else {
      throw LedgerFailure.Cause.damaged("a digest is \(text.debugDescription)")
    }
    self = digest
  }
}

extension Run {
  /// A run with its end, where it has one.
  init(id: RunID, row: Row, counts: [Outcome: Int]) throws {
    let arguments = Data(try row.decode(String.self, forColumn: "arguments").utf8)
    self.init(
      id: id,
      start: Start(
        tool: try row.decode(forColumn: "tool"), started: try row.decode(forColumn: "started"),
        matrix: try row.decode(forColumn: "matrix"),
        arguments: try CanonicalJSON.decode([String].self, from: arguments),
        lab: try row.decode(forColumn: "lab"),
        process: try row.decode(String?.self, forColumn: "process")),
      state: try State(row: row), counts: counts)
  }
}

extension Run.State {
  fileprivate init(row: Row) throws {
    guard let ended = try row.decode(Date?.self, forColumn: "ended") else {
      self = .interrupted
      return
    }
    self = .ended(at: ended, exitCode: try row.decode(forColumn: "exitCode"))
  }
}

extension Package {
  /// One package of a lock.
  init(row: Row) throws {
    self.init(
      name: try row.decode(forColumn: "name"), version: try row.decode(forColumn: "version"),
      architecture: try row.decode(forColumn: "architecture"),
      sha256: try row.decode(String?.self, forColumn: "sha256").map(Digest.init(stored:)),
      size: try row.decode(forColumn: "size"), origin: try row.decode(forColumn: "origin"),
      suite: try row.decode(forColumn: "suite"), signature: try row.word("signature"),
      key: try row.decode(String?.self, forColumn: "key"),
      build: try row.decode(Int?.self, forColumn: "build"), path: try row.decode(forColumn: "path"))
  }
}

extension Cell {
  /// One outcome with the place it fills.
  init(
    row: Row, findings: [Finding], measurements: [Measured], artefacts: [Artefact]
  ) throws {
    let hasType = try row.decode(String?.self, forColumn: "type") != nil
    let hasLayer = try row.decode(String?.self, forColumn: "layer") != nil
    self.init(
      kind: try row.word("kind"), id: try row.decode(forColumn: "name"),
      catalogue: try row.decode(forColumn: "catalogue"),
      type: hasType ? try row.word("type") : nil,
      platform: try row.decode(forColumn: "platform"), stage: try row.word("stage"),
      outcome: try row.word("outcome"), reason: try row.decode(forColumn: "reason"),
      layer: hasLayer ? try row.word("layer") : nil, findings: findings,
      measurements: measurements, artefacts: artefacts,
      seconds: try row.decode(forColumn: "seconds"))
  }
}

extension Cell.Measured {
  /// The measurement of one domain.
  init(row: Row) throws {
    self.init(
      domain: try row.decode(forColumn: "domain"), type: try row.word("type"),
      algorithm: try row.decode(forColumn: "algorithm"),
      measurement: try row.decode(forColumn: "value"))
  }
}

extension Artefact {
  /// What one outcome left, by its digest.
  init(row: Row) throws {
    self.init(
      kind: try row.word("kind"),
      digest: try Digest(stored: try row.decode(forColumn: "digest")))
  }
}

extension Finding {
  /// One finding of an outcome.
  init(row: Row) throws {
    self.init(
      try row.word("grade"), try row.decode(forColumn: "summary"),
      where: try row.decode(forColumn: "place"), remedy: try row.decode(forColumn: "remedy"))
  }
}

extension Support {
  /// What one member said of one domain type.
  init(row: Row) throws {
    self.init(
      type: try row.word("type"), member: try row.word("member"),
      answer: try row.word("answer"), reason: try row.decode(forColumn: "reason"))
  }
}
