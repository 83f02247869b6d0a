import Foundation
import LodgeModel
import LodgeSite
import Testing

struct ResultsSchemaTests {
  private static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let file = repository.appending(path: "docs/results.schema.json")

  @Test func thePublishedFileIsTheSchema() throws {
    if ProcessInfo.processInfo.environment["LODGE_RECORD"] == "1" {
      try Data(ResultsSchema.text.utf8).write(to: Self.file)
    }
    #expect(try String(contentsOf: Self.file, encoding: .utf8) == ResultsSchema.text)
  }

  @Test func everyFieldThatIsWrittenIsDescribed() throws {
    let schema = try Schema()
    try schema.visit(try encodedResults()) { value, node, path in
      guard let object = value as? [String: Any], let properties = node["properties"] else {
        return
      }
      let known = try #require(properties as? [String: Any])
      let unknown = object.keys.filter { known[$0] == nil }
      #expect(unknown == [], "\(path)")
    }
  }

  @Test func everyRequiredFieldIsWritten() throws {
    let schema = try Schema()
    try schema.visit(try encodedResults()) { value, node, path in
      guard let object = value as? [String: Any] else { return }
      for name in node["required"] as? [String] ?? [] {
        #expect(object[name] != nil, "\(path).\(name)")
      }
    }
  }

  @Test func everyDescribedFieldIsWrittenSomewhere() throws {
    var written: Set<String> = []
    var described: Set<String> = []
    try Schema().visit(try encodedResults()) { value, node, path in
      guard let object = value as? [String: Any] else { return }
      written.formUnion(object.keys.map { "\(path).\($0)" })
      let properties = node["properties"] as? [String: Any] ?? [:]
      described.formUnion(properties.keys.map { "\(path).\($0)" })
    }
    #expect(described.subtracting(written) == [])
  }

  @Test func everyWordThatIsWrittenIsAllowedAndTheReverse() throws {
    var written: [String: Set<String>] = [:]
    var allowed: [String: Set<String>] = [:]
    try Schema().visit(try encodedResults()) { value, node, path in
      guard let words = node["enum"] as? [Any] else { return }
      written[path, default: []].insert(value as? String ?? "null")
      allowed[path] = Set(words.map { $0 as? String ?? "null" })
    }
    // Nobody asks what members offer to a plain domain.
    allowed["results.sets.support.type"]?.remove("plain")
    #expect(written == allowed)
  }

  @Test(arguments: [
    (64, "0f", true), (96, "0f", true), (62, "0f", false), (66, "0f", false), (94, "0f", false),
    (98, "0f", false), (0, "0f", false), (64, "0F", false), (96, "0g", false),
  ])
  func aMeasurementHasAsManyDigitsAsItsHash(_ count: Int, _ pair: String, isOne: Bool) throws {
    var pattern: String?
    try Schema().visit(try encodedResults()) { _, node, path in
      guard path == "results.sets.cells.measurements.measurement" else { return }
      pattern = node["pattern"] as? String
    }
    let expression = try #require(pattern)
    let text = String(repeating: pair, count: count / 2)
    #expect((text.range(of: expression, options: .regularExpression) != nil) == isOne)
  }

  @Test func aValidatorAgrees() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lodge-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (results, example) = (folder.appending(path: "a"), folder.appending(path: "b"))
    try CanonicalJSON.encode(Sample.everything()).write(to: results)
    try Data(Self.exampleOfTheDesign.utf8).write(to: example)
    let check = """
      import copy, json, sys
      try:
          from jsonschema import Draft202012Validator as Validator
      except ImportError:
          sys.exit(77)
      schema, *documents = [json.load(open(path)) for path in sys.argv[1:]]
      Validator.check_schema(schema)
      for document in documents:
          Validator(schema).validate(document)
      def refuses(change):
          wrong = copy.deepcopy(documents[0])
          cells = [cell for each in wrong["sets"] for cell in each["cells"]]
          change(cells[0], next(cell for cell in cells if "measurements" in cell))
          return not Validator(schema).is_valid(wrong)
      def outcome(cell, measured): cell["outcome"] = "splendid"
      def shorter(cell, measured): measured["measurements"][0]["measurement"] = "0f" * 31
      def between(cell, measured): measured["measurements"][0]["measurement"] = "0f" * 40
      def plain(cell, measured): measured["measurements"][0]["type"] = "plain"
      def other(cell, measured): measured["measurements"][0]["algorithm"] = "md5"
      def nameless(cell, measured): del measured["measurements"][0]["domain"]
      changes = [outcome, shorter, between, plain, other, nameless]
      sys.exit(0 if all(map(refuses, changes)) else 1)
      """
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/env")
    python.arguments = ["python3", "-c", check, Self.file.path, results.path, example.path]
    try python.run()
    python.waitUntilExit()
    if [77, 127].contains(python.terminationStatus) {
      try Test.cancel("python3 with jsonschema is not here")
    }
    #expect(python.terminationStatus == 0)
  }

  private func encodedResults() throws -> Any {
    try JSONSerialization.jsonObject(with: CanonicalJSON.encode(Sample.everything()))
  }

  private static let exampleOfTheDesign = """
    {"schema": "lodge.results/1",
     "sets": [{"id": "sha256:\(String(repeating: "ab", count: 32))", "name": "sid", "packages": 148,
       "cells": [{"kind": "contract", "id": "kernel.vm-type-numbers", "catalogue": "R04",
                  "type": "tdx", "platform": null, "stage": "packages", "outcome": "fail",
                  "reason": "one sentence",
                  "findings": [{"grade": "fail", "summary": "...",
                                "where": "package: file: symbol", "remedy": "..."}],
                  "seconds": 0.01}]}]}
    """
}

/// The published schema, walked beside a document.
private struct Schema {
  private let root: [String: Any]
  private let definitions: [String: Any]

  init() throws {
    let object = try JSONSerialization.jsonObject(with: Data(ResultsSchema.text.utf8))
    root = try #require(object as? [String: Any])
    definitions = try #require(root["$defs"] as? [String: Any])
  }

  /// Shows each value of a document with the part of the schema that describes it.
  func visit(_ document: Any, _ look: (Any, [String: Any], String) throws -> Void) throws {
    try visit(document, root, "results", look)
  }

  private func visit(
    _ value: Any, _ described: [String: Any], _ path: String,
    _ look: (Any, [String: Any], String) throws -> Void
  ) throws {
    let node = try resolve(described)
    try look(value, node, path)
    if let items = node["items"] as? [String: Any] {
      for item in try #require(value as? [Any]) { try visit(item, items, path, look) }
    }
    for (name, part) in node["properties"] as? [String: [String: Any]] ?? [:] {
      guard let value = (value as? [String: Any])?[name] else { continue }
      try visit(value, part, "\(path).\(name)", look)
    }
  }

  private func resolve(_ node: [String: Any]) throws -> [String: Any] {
    guard let reference = node["$ref"] as? String else { return node }
    let name = String(reference.dropFirst("#/$defs/".count))
    return try #require(definitions[name] as? [String: Any])
  }
}
