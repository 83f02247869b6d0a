import Foundation
import GRDB

/// Makes a ledger look as an older Lodge left it.
enum OlderSchema {
  /// What undoes each step, newest first, with the tables whose triggers go with it.
  private static let steps: [(schema: Int, tables: [String], sql: String)] = [
    (5, ["side"], "DROP TABLE side"),
    (
      4, ["comparison", "recording", "origin", "verdict", "basis"],
      """
      DROP TABLE basis; DROP TABLE verdict; DROP TABLE origin; DROP TABLE recording; DROP TABLE comparison;
      ALTER TABLE run DROP COLUMN lab; ALTER TABLE run DROP COLUMN process
      """
    ),
    (3, [], "ALTER TABLE package DROP COLUMN key; ALTER TABLE package DROP COLUMN build"),
    (2, ["measurement"], "DROP TABLE measurement"),
    (
      1, ["content", "artefact"],
      "DROP TABLE artefact; DROP TABLE content; ALTER TABLE outcome DROP COLUMN layer"
    ),
  ]

  /// Takes a file back to a schema, with all that the schema can hold.
  static func take(_ path: String, backTo schema: Int) throws {
    try DatabaseQueue(path: path).writeWithoutTransaction { db in
      for step in steps where step.schema >= schema {
        for table in step.tables {
          for verb in ["UPDATE", "DELETE", "INSERT"] {
            try db.execute(sql: "DROP TRIGGER \(table)Refuses\(verb)")
          }
        }
        try db.execute(sql: step.sql)
      }
      try db.execute(sql: "PRAGMA user_version = \(schema)")
    }
    // A Lodge that wrote would have removed it.
    unlink("\(path).rest")
  }
}
