import Foundation
import LodgeModel
package import LodgeRelease
import Yams

extension Waiver {
  /// Reads the text of a waiver file; its id is the name of the file without the ending.
  ///
  /// - Throws: ``MatrixFailure`` naming file and line of what is outside the grammar.
  package init(yaml text: String, file: String) throws(MatrixFailure) {
    let top = try YAMLMapping(document: text, file: file)
    try top.allow(only: [
      "contract", "scenario", "type", "platform", "stage", "for", "seen", "reason", "issue",
      "author", "approver", "created", "expires",
    ])
    let issue = try top.required("issue")
    guard try issue.text().wholeMatch(of: /https?:\/\/\S+/) != nil else {
      throw issue.failure("an issue is an address that begins with https://")
    }
    self.init(
      id: URL(filePath: file).deletingPathExtension().lastPathComponent,
      cell: try CellPattern(top), scope: try Scope(try top.required("for")),
      seen: try Optional(top.required("seen")).texts().map { FailureSign($0) },
      reason: try top.required("reason").text(), issue: try issue.text(),
      author: try top.required("author").text(), approver: try top["approver"]?.text(),
      created: try top.required("created").instant(),
      expires: try top.required("expires").instant())
    if expires <= created, let value = top["expires"] {
      throw value.failure("it expires at \(expires.utc), before it was created")
    }
    if seen.isEmpty, let value = top["seen"] {
      throw value.failure("it says not what was seen, so it would waive whatever comes")
    }
  }

  /// The text of the file that reads as this waiver.
  package var yaml: String {
    var entries: [(String, String)] = [
      (cell.kind.rawValue, cell.id.description), ("type", cell.type?.rawValue ?? ""),
      ("platform", cell.platform?.description ?? ""), ("stage", cell.stage?.rawValue ?? ""),
    ].filter { !$0.1.isEmpty }.map { ($0.0, $0.1.quoted) }
    entries.append(("for", scope.yaml))
    entries.append(
      ("seen", "\n" + seen.map { "  - \($0.description.quoted)" }.joined(separator: "\n")))
    entries += [("reason", reason.quoted), ("issue", issue.quoted), ("author", author.quoted)]
    if let approver { entries.append(("approver", approver.quoted)) }
    entries += [("created", created.utc), ("expires", expires.utc)]
    return entries.map { key, value in
      value.hasPrefix("\n") ? "\(key):\(value)\n" : "\(key): \(value)\n"
    }.joined()
  }
}

extension CellPattern {
  fileprivate init(_ top: YAMLMapping) throws(MatrixFailure) {
    let kinds = [Cell.Kind.contract, .scenario].filter { top[$0.rawValue] != nil }
    guard kinds.count == 1, let kind = kinds.first, let id = top[kind.rawValue] else {
      throw top.place.failure("a waiver is for one contract: or one scenario:", nil)
    }
    self.init(
      kind, Glob(try id.text()), type: try top["type"]?.type(),
      platform: try top["platform"]?.text().asGlob, stage: try top["stage"]?.stage())
    if meansAll { throw id.failure("“\(self.id)” would waive everything; name one promise") }
  }
}

extension String {
  fileprivate var asGlob: Glob { Glob(self) }

  /// The text as a scalar of YAML in double quotes, on one line.
  fileprivate var quoted: String {
    let node = Node(self, Tag(.str), .doubleQuoted)
    let text = (try? Yams.serialize(node: node, width: -1, allowUnicode: true)) ?? ""
    return text.trimmingCharacters(in: .newlines)
  }
}

extension Waiver.Scope {
  fileprivate init(_ value: YAMLValue) throws(MatrixFailure) {
    if let text = value.scalar {
      guard text == "until-fixed" else {
        throw value.failure("“\(text)” is no scope; a set:, a package:, or until-fixed")
      }
      self = .untilFixed
      return
    }
    let keys = try value.mapping()
    try keys.allow(only: ["set", "package", "from", "below"])
    switch (keys["set"], keys["package"]) {
    case (let set?, nil):
      guard keys["from"] == nil, keys["below"] == nil else {
        throw set.failure("from: and below: go with package:")
      }
      guard let id = Digest(try set.text()), try set.text().hasPrefix("sha256:") else {
        throw set.failure("a set is named by its whole id, sha256: and 64 digits")
      }
      self = .set(id)
    case (nil, let package?):
      guard keys["from"] != nil || keys["below"] != nil else {
        throw package.failure("name the versions: from: and below:, or one of them")
      }
      self = .package(
        name: try package.text(), from: try keys["from"]?.text(), below: try keys["below"]?.text())
    default: throw value.failure("a waiver is for one set: or one package:, or until-fixed")
    }
  }

  fileprivate var yaml: String {
    switch self {
    case .set(let id): "{set: \"\(id)\"}"
    case .untilFixed: "until-fixed"
    case .package(let name, let from, let below):
      "{package: \(name.quoted)" + (from.map { ", from: \($0.quoted)" } ?? "")
        + (below.map { ", below: \($0.quoted)" } ?? "") + "}"
    }
  }
}
