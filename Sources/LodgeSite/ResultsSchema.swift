import LodgeModel

/// The published JSON Schema of results.
package enum ResultsSchema {
  /// The schema as JSON text, in draft 2020-12.
  ///
  /// What `lodge.results/1` had from its first day is required; what was added since is described
  /// but optional, as fields may be added within a version.
  package static let text = """
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": "urn:lodge:results:1",
      "title": "\(Results.currentSchema)",
      "description": "What a run of lodge saw. Fields may be added within this version, never renamed.",
      "type": "object",
      "required": ["schema", "sets"],
      "properties": {
        "schema": {"const": "\(Results.currentSchema)"},
        "sets": {"type": "array", "items": {"$ref": "#/$defs/set"}}
      },
      "$defs": {
        "set": {
          "description": "One build set: packages that are judged together.",
          "type": "object",
          "required": ["id", "name", "packages", "cells"],
          "properties": {
            "id": {
              "description": "The digest of the lock; of the evidence, for a root without a lock.",
              "type": "string",
              "pattern": "^sha256:[0-9a-f]{64}$"
            },
            "name": {"type": "string"},
            "packages": {"type": "integer", "minimum": 0},
            "acceptExpired": {
              "description": "Suites whose expired index the set accepts.",
              "type": "array",
              "items": {"$ref": "#/$defs/acceptedExpiry"}
            },
            "support": {
              "description": "What each member offers, for each domain type.",
              "type": "array",
              "items": {"$ref": "#/$defs/support"}
            },
            "cells": {"type": "array", "items": {"$ref": "#/$defs/cell"}},
            "notes": {
              "description": "What a reader should know of how the root was made.",
              "type": "array",
              "items": {"type": "string"}
            }
          }
        },
        "acceptedExpiry": {
          "type": "object",
          "required": ["suite", "validUntil"],
          "properties": {
            "suite": {"type": "string"},
            "validUntil": {"type": "string", "format": "date-time"}
          }
        },
        "support": {
          "type": "object",
          "required": ["type", "member", "answer", "reason"],
          "properties": {
            "type": {"enum": \(words(DomainType.self))},
            "member": {"enum": \(words(Member.self))},
            "answer": {"enum": ["offered", "not-offered", "unknown"]},
            "reason": {"type": "string"}
          }
        },
        "cell": {
          "description": "One contract or scenario on the set, with what was seen.",
          "type": "object",
          "required": [
            "kind", "id", "catalogue", "type", "platform", "stage", "outcome", "reason", "findings",
            "seconds"
          ],
          "properties": {
            "kind": {"enum": ["contract", "scenario"]},
            "id": {"type": "string", "minLength": 1},
            "catalogue": {
              "description": "The number of a contract in the catalogue; null for a scenario.",
              "type": ["string", "null"]
            },
            "type": {
              "description": "The domain type; null for a promise about no one type.",
              "enum": \(words(DomainType.self, orNull: true))
            },
            "platform": {
              "description": "The id of the platform; null for a contract that needs none.",
              "type": ["string", "null"]
            },
            "stage": {"enum": \(words(Stage.self))},
            "outcome": {"enum": \(words(Outcome.self))},
            "reason": {"description": "One sentence.", "type": "string"},
            "layer": {
              "description": "Who refused, for a scenario.",
              "enum": \(words(Layer.self, orNull: true))
            },
            "measurements": {
              "description": "The launch measurements of a scenario's domains; left out where there are none.",
              "type": "array",
              "items": {
                "type": "object",
                "required": ["domain", "type", "algorithm", "measurement"],
                "properties": {
                  "domain": {"description": "The label in the scenario.", "type": "string"},
                  "type": {"enum": ["sev", "sev-es", "sev-snp", "tdx"]},
                  "algorithm": {"enum": ["sha256", "sha384"]},
                  "measurement": {"type": "string", "pattern": "^([0-9a-f]{64}|[0-9a-f]{96})$"}
                }
              }
            },
            "artefacts": {
              "description": "What a scenario left to look at; the ledger keeps the contents.",
              "type": "array",
              "items": {
                "type": "object",
                "required": ["kind", "digest"],
                "properties": {
                  "kind": {"enum": \(words(Artefact.Kind.self))},
                  "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
                }
              }
            },
            "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
            "seconds": {"description": "Wall time.", "type": "number", "minimum": 0}
          }
        },
        "finding": {
          "description": "A contract fails only on a finding graded fail.",
          "type": "object",
          "required": ["grade", "summary", "where", "remedy"],
          "properties": {
            "grade": {"enum": ["fail", "warn", "info"]},
            "summary": {"type": "string"},
            "where": {
              "description": "The place as package: file: symbol, leaving out what is not known.",
              "type": "string"
            },
            "sides": {
              "description": "What each side of the promise says.",
              "type": "array",
              "items": {
                "type": "object",
                "required": ["who", "says"],
                "properties": {
                  "who": {
                    "description": "A member or what of it speaks, upstream, or before and now.",
                    "type": "string"
                  },
                  "says": {"type": "string"}
                }
              }
            },
            "remedy": {"type": "string"},
            "catalogue": {
              "description": "The number of the contract; left out for a scenario's finding.",
              "type": "string"
            },
            "knownCase": {
              "description": "The real break that it is like; left out for a scenario's finding.",
              "type": "string"
            }
          }
        }
      }
    }

    """

  /// A vocabulary of the model as a JSON array, in the model's order.
  private static func words<Word: CaseIterable & RawRepresentable>(
    _ type: Word.Type, orNull: Bool = false
  ) -> String where Word.RawValue == String {
    let words = type.allCases.map { "\"\($0.rawValue)\"" } + (orNull ? ["null"] : [])
    return "[\(words.joined(separator: ", "))]"
  }
}
