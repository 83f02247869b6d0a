package import Foundation
package import LodgeModel

/// What was read otherwise from two sets: the facts whose content differs, and in what.
///
/// Where a fact was read, and from which version of a package, is no content of it.
package struct EvidenceChanges: Encodable, Equatable, Sendable {
  /// What became of one entry of a fact.
  package enum Kind: String, Encodable, Sendable {
    case added
    case removed
    case changed
  }

  /// One entry of a fact that differs.
  package struct Entry: Encodable, Equatable, Sendable {
    package var kind: Kind
    /// The keys that lead to it, such as `options.KVM_AMD_SEV`.
    package var path: String
    /// What is there, cut where it is long; empty for what is not there.
    package var before: String
    package var after: String
  }

  /// A fact whose content differs.
  package struct Change: Encodable, Equatable, Sendable {
    package var fact: FactName
    package var title: String
    package var added = 0
    package var removed = 0
    package var changed = 0
    /// The first of the entries, at most ``EvidenceChanges/entryLimit``.
    package var entries: [Entry] = []
  }

  /// How many entries of a fact are kept.
  package static let entryLimit = 50

  /// In the order of the facts.
  package private(set) var facts: [Change] = []
  /// How many facts are alike.
  package private(set) var unchanged = 0
  /// Why evidence cannot be compared, in one sentence for each set that has none.
  package private(set) var unknown: [String] = []

  /// Says of sets why their evidence is not there.
  package init(unknown: [String]) { self.unknown = unknown }

  /// Compares the canonical JSON of two sets' evidence.
  ///
  /// - Throws: What `JSONSerialization` throws for bytes that are no JSON.
  package init(from before: Data, to after: Data) throws {
    let (old, new) = (
      try JSONSerialization.jsonObject(with: before), try JSONSerialization.jsonObject(with: after)
    )
    let (earlier, later) = (old as? [String: Any] ?? [:], new as? [String: Any] ?? [:])
    for fact in FactName.allCases {
      var comparison = FactComparison(Change(fact: fact, title: fact.title))
      comparison.take(earlier[fact.rawValue].map(state), later[fact.rawValue].map(state))
      let change = comparison.change
      if change.added + change.removed + change.changed == 0 {
        unchanged += 1
      } else {
        facts.append(change)
      }
    }
  }
}

/// A fact as it is written: with its content, or with why there is none.
private func state(_ fact: Any) -> Any {
  guard let cases = fact as? [String: Any], let (name, value) = cases.first, cases.count == 1,
    let payload = (value as? [String: Any])?["_0"]
  else { return fact }
  return name == "found" ? payload : "\(name): \(payload)"
}

/// Two trees of JSON on the way to what differs in them.
private struct FactComparison {
  var change: EvidenceChanges.Change

  init(_ change: EvidenceChanges.Change) { self.change = change }

  mutating func take(_ before: Any?, _ after: Any?, at path: [String] = []) {
    switch (before, after) {
    case (nil, nil): break
    case (nil, let after?): note(.added, path, "", brief(after))
    case (let before?, nil): note(.removed, path, brief(before), "")
    case (let before?, let after?):
      if let old = fields(before), let new = fields(after) {
        for key in Set(old.keys).union(new.keys).sorted() where key != "source" {
          take(old[key], new[key], at: path + [key])
        }
      } else if let old = before as? [Any], let new = after as? [Any] {
        takeLists(old, new, at: path)
      } else if brief(before, limit: .max) != brief(after, limit: .max) {
        note(.changed, path, brief(before), brief(after))
      }
    }
  }

  /// Lists of what has no name differ in what only one of them has, and in the order.
  private mutating func takeLists(_ before: [Any], _ after: [Any], at path: [String]) {
    let (old, new) = (
      before.map { brief($0, limit: .max) }, after.map { brief($0, limit: .max) }
    )
    guard old != new else { return }
    let (gone, come) = (surplus(of: old, over: new), surplus(of: new, over: old))
    for text in gone { note(.removed, path, cut(text), "") }
    for text in come { note(.added, path, "", cut(text)) }
    if gone.isEmpty, come.isEmpty {
      note(.changed, path, cut(old.joined(separator: ", ")), cut(new.joined(separator: ", ")))
    }
  }

  private func surplus(of list: [String], over other: [String]) -> [String] {
    var left = Dictionary(other.map { ($0, 1) }, uniquingKeysWith: +)
    return list.filter { text in
      guard let count = left[text], count > 0 else { return true }
      left[text] = count - 1
      return false
    }
  }

  /// An object by its keys; a list of objects by the names that they all have, each once.
  private func fields(_ value: Any) -> [String: Any]? {
    if let object = value as? [String: Any] { return object }
    guard let list = value as? [[String: Any]], !list.isEmpty else { return nil }
    let keys = ["name", "id", "path", "filename", "module", "source"]
    return keys.lazy.compactMap { key -> [String: Any]? in
      let names = list.compactMap { object in
        object[key] as? String ?? (object[key] as? [String: Any])?["file"] as? String
      }
      guard names.count == list.count, Set(names).count == names.count else { return nil }
      return Dictionary(uniqueKeysWithValues: zip(names, list))
    }.first
  }

  private mutating func note(
    _ kind: EvidenceChanges.Kind, _ path: [String], _ before: String, _ after: String
  ) {
    switch kind {
    case .added: change.added += 1
    case .removed: change.removed += 1
    case .changed: change.changed += 1
    }
    guard change.entries.count < EvidenceChanges.entryLimit else { return }
    change.entries.append(
      .init(kind: kind, path: cut(path.joined(separator: ".")), before: before, after: after))
  }

  /// A value as a few words: all but texts as JSON has them.
  private func brief(_ value: Any, limit: Int = 120) -> String {
    if let text = value as? String { return cut(text, limit) }
    let bytes = try? JSONSerialization.data(
      withJSONObject: content(value),
      options: [.sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed])
    return cut(bytes.map { String(decoding: $0, as: UTF8.self) } ?? "\(value)", limit)
  }

  /// A value without where it was read.
  private func content(_ value: Any) -> Any {
    if let list = value as? [Any] { return list.map(content) }
    guard let object = value as? [String: Any] else { return value }
    return object.filter { $0.key != "source" }.mapValues(content)
  }

  private func cut(_ text: String, _ limit: Int = 120) -> String {
    text.unicodeScalars.count > limit
      ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit - 1))) + "…" : text
  }
}
