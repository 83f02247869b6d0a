import Foundation
import LodgeModel

/// What a schema allows in `<launchSecurity>`, read pattern by pattern.
struct LaunchSecurityPatterns {
  /// One way to write the element: the value of its type, and what goes with it.
  private struct Alternative {
    var type: String?
    var items: [LaunchSecuritySchema.Item] = []
  }

  private let definitions: [String: [RelaxNGPattern]]
  private var visited = 0

  /// Knows the patterns of each definition of a grammar.
  init(_ definitions: [String: [RelaxNGPattern]]) { self.definitions = definitions }

  /// The items by the value of the `type` attribute.
  ///
  /// An item is optional where a domain of that type may be written without it.
  ///
  /// - Throws: ``RelaxNGFailure/tooIntricate(limit:)``.
  mutating func types() throws(RelaxNGFailure) -> [String: [LaunchSecuritySchema.Item]] {
    let elements = (definitions["launchSecurity"] ?? [])
      .filter { $0.is("element", named: "launchSecurity") }
    var types: [String: [[LaunchSecuritySchema.Item]]] = [:]
    for element in elements {
      for alternative in try group(element.children, resolving: []) {
        if let type = alternative.type { types[type, default: []].append(alternative.items) }
      }
    }
    return types.mapValues(Self.merge)
  }

  private mutating func alternatives(
    _ pattern: RelaxNGPattern, resolving names: Set<String>
  ) throws(RelaxNGFailure) -> [Alternative] {
    try visit()
    switch pattern.kind {
    case "attribute" where pattern.name == "type":
      return Self.values(in: pattern).map { Alternative(type: $0) }
    case "attribute", "element":
      guard let name = pattern.name else { return [Alternative()] }
      let isAttribute = pattern.kind == "attribute"
      let content = try self.content(of: pattern.children, resolving: names)
      return [
        Alternative(items: [
          .init(name: name, isAttribute: isAttribute, isOptional: false, content: content)
        ])
      ]
    case "choice":
      var all: [Alternative] = []
      for child in pattern.children { all += try alternatives(child, resolving: names) }
      return all
    case "optional", "zeroOrMore":
      return try group(pattern.children, resolving: names).map(Self.makingOptional)
    case "ref":
      // A definition that leads back to itself adds nothing to what it was reached from.
      guard let name = pattern.name, !names.contains(name) else { return [Alternative()] }
      return try group(definitions[name] ?? [], resolving: names.union([name]))
    case "group", "interleave", "oneOrMore", "mixed":
      return try group(pattern.children, resolving: names)
    default:
      return [Alternative()]
    }
  }

  /// All combinations of the alternatives of patterns that stand together.
  private mutating func group(
    _ patterns: [RelaxNGPattern], resolving names: Set<String>
  ) throws(RelaxNGFailure) -> [Alternative] {
    var combined = [Alternative()]
    for pattern in patterns {
      let next = try alternatives(pattern, resolving: names)
      guard combined.count * next.count <= Self.alternativeLimit else {
        throw .tooIntricate(limit: Self.alternativeLimit)
      }
      combined = combined.flatMap { left in
        next.map { Alternative(type: left.type ?? $0.type, items: left.items + $0.items) }
      }
    }
    return combined
  }

  /// Counts a step.
  private mutating func visit() throws(RelaxNGFailure) {
    visited += 1
    guard visited <= Self.patternLimit else { throw .tooIntricate(limit: Self.patternLimit) }
  }

  /// What an item may hold, in short: `unsignedInt`, `yes|no`, `string(pattern=[0-9]+)`.
  private mutating func content(
    of patterns: [RelaxNGPattern], joinedBy separator: String = " ", resolving names: Set<String>
  ) throws(RelaxNGFailure) -> String {
    var parts: [String] = []
    for pattern in patterns { parts.append(try words(on: pattern, resolving: names)) }
    return parts.filter { !$0.isEmpty }.joined(separator: separator).bounded(to: Self.contentLimit)
  }

  private mutating func words(
    on pattern: RelaxNGPattern, resolving names: Set<String>
  ) throws(RelaxNGFailure) -> String {
    try visit()
    if pattern.kind == "ref" {
      guard let name = pattern.name, !names.contains(name), names.count < Self.depthLimit else {
        return pattern.name ?? ""
      }
      return try content(of: definitions[name] ?? [], resolving: names.union([name]))
    }
    let separator = pattern.kind == "choice" ? "|" : " "
    let inner = try content(of: pattern.children, joinedBy: separator, resolving: names)
    return switch pattern.kind {
    case "value": pattern.text.trimmingCharacters(in: .whitespacesAndNewlines)
    case "param": "\(pattern.name ?? "")=\(pattern.text)"
    case "data": (pattern.type ?? "") + (inner.isEmpty ? "" : "(\(inner))")
    case "optional": "[\(inner)]"
    case "element": "\(pattern.name ?? "*"){\(inner)}"
    case "attribute": "@\(pattern.name ?? "*"){\(inner)}"
    case "choice", "group", "interleave": inner
    default: pattern.children.isEmpty ? pattern.kind : "\(pattern.kind)(\(inner))"
    }
  }

  private static func makingOptional(_ alternative: Alternative) -> Alternative {
    var alternative = alternative
    for index in alternative.items.indices { alternative.items[index].isOptional = true }
    return alternative
  }

  private static func values(in pattern: RelaxNGPattern) -> [String] {
    if pattern.kind == "value" {
      return [pattern.text.trimmingCharacters(in: .whitespacesAndNewlines)]
    }
    return pattern.children.flatMap(values)
  }

  /// Lays the ways to write one type over each other.
  private static func merge(
    _ alternatives: [[LaunchSecuritySchema.Item]]
  ) -> [LaunchSecuritySchema.Item] {
    var merged: [LaunchSecuritySchema.Item] = []
    for item in alternatives.joined() where !merged.contains(where: { $0.isSame(as: item) }) {
      let isRequired = alternatives.allSatisfy { items in
        items.contains { $0.isSame(as: item) && !$0.isOptional }
      }
      var own = item
      own.isOptional = !isRequired
      merged.append(own)
    }
    return merged
  }

  /// Real schemas take some two hundred steps and have four alternatives.
  private static let patternLimit = 1_000
  private static let alternativeLimit = 64
  /// Characters; real items take up to eighty.
  private static let contentLimit = 400
  private static let depthLimit = 8
}

extension String {
  fileprivate func bounded(to limit: Int) -> String { count > limit ? "\(prefix(limit))..." : self }
}

extension LaunchSecuritySchema.Item {
  fileprivate func isSame(as other: Self) -> Bool {
    name == other.name && isAttribute == other.isAttribute
  }
}
