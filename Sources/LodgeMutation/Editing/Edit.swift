import Foundation
package import LodgeModel

/// One thing that is changed of a root: in its files, or in what its QEMU answers.
package struct Edit: Sendable {
  /// What is other than in the packages, in a few words.
  package let title: String
  /// The facts that are read anew.
  package let facts: Set<FactName>
  /// How answers of QEMU are changed on their way; empty for changed files.
  let replies: [ReplyEdit]
  /// Whether QEMU itself, or what it loads, is changed, so that it must be run again.
  let changesQEMU: Bool
  /// What becomes of the names of packages; nil where they stay.
  var owners: (@Sendable (String?) -> String?)?
  /// What becomes of the packages of the set, beside those of other sets by name.
  var packages: (@Sendable (inout [Package], _ others: [String: [Package]]) throws -> Void)?
  private let change: @Sendable (WorkingTree) throws -> Void

  /// Makes an edit of files.
  init(
    _ title: String, facts: Set<FactName>, changesQEMU: Bool = false,
    change: @escaping @Sendable (WorkingTree) throws -> Void
  ) {
    (self.title, self.facts, self.replies) = (title, facts, [])
    (self.changesQEMU, self.change) = (changesQEMU, change)
  }

  /// Makes an edit of QEMU's answers.
  init(_ title: String, replies: [ReplyEdit]) {
    (self.title, self.facts, self.replies) = (title, Set<FactName>.qemu, replies)
    (changesQEMU, change) = (false, { _ in })
  }

  /// Changes the files of a copy.
  ///
  /// - Throws: ``StaleEdit`` where there is nothing to change.
  package func apply(to tree: WorkingTree) throws {
    do { try change(tree) } catch let stale as StaleEdit {
      throw StaleEdit("\(title): \(stale)")
    }
  }
}

extension Set<FactName> {
  /// The facts that files of a member can show, those of the set as a whole among them.
  static func of(_ member: Member) -> Self {
    Self(FactName.allCases.filter { $0.member == member }).union(common)
  }

  /// The facts of the set as a whole.
  static let common = Self(FactName.allCases.filter { $0.member == nil && $0 != .closure })

  /// The facts that QEMU itself tells.
  static let qemu = Self(FactName.allCases.filter { $0.member == .qemu && $0 != .vendoredHeaders })
}

// Changes of files that need no knowledge of what is in them.
extension Edit {
  /// Puts a text in place of another that stands there once at least, in the first file that fits.
  static func text(
    _ title: String, in patterns: [String], facts: Set<FactName>, _ old: String, _ new: String
  ) -> Self {
    text(title, in: patterns, facts: facts) { text in
      guard text.contains(old) else { throw StaleEdit("it has no “\(old)”") }
      text = text.replacing(old, with: new)
    }
  }

  /// Changes the text of the first file that fits.
  static func text(
    _ title: String, in patterns: [String], facts: Set<FactName>,
    change: @escaping @Sendable (inout String) throws -> Void
  ) -> Self {
    Self(title, facts: facts) { tree in
      try tree.edit(try tree.find(patterns)) { bytes in
        var text = String(decoding: bytes, as: UTF8.self)
        try change(&text)
        bytes = Array(text.utf8)
      }
    }
  }

  /// Changes the first program or library that fits.
  static func elf(
    _ title: String, in patterns: [String], facts: Set<FactName>, changesQEMU: Bool = false,
    change: @escaping @Sendable (inout ELFEditor) throws -> Void
  ) -> Self {
    Self(title, facts: facts, changesQEMU: changesQEMU) { tree in
      try tree.edit(try tree.find(patterns)) { bytes in
        var elf = try ELFEditor(.init(bytes))
        try change(&elf)
        bytes = elf.bytes
      }
    }
  }

  /// Changes which packages the set has.
  static func packages(
    _ title: String,
    change: @escaping @Sendable (inout [Package], _ others: [String: [Package]]) throws -> Void
  ) -> Self {
    var edit = Self(title, facts: [.closure]) { _ in }
    edit.packages = change
    return edit
  }

  /// Puts the first file that fits back to what the packages have.
  static func asShipped(
    _ patterns: [String], facts: Set<FactName>, changesQEMU: Bool = false
  ) -> Self {
    let file = patterns[0].split(separator: "/").last.map(String.init) ?? ""
    return Self("\(file) is as packages have it", facts: facts, changesQEMU: changesQEMU) { tree in
      let path = try tree.find(patterns)
      let shipped = try tree.readOriginal(path)
      try tree.edit(path) { $0 = [UInt8](shipped) }
    }
  }

  /// Adds a file.
  static func add(_ path: String, facts: Set<FactName>, _ text: String) -> Self {
    Self("there is \(path)", facts: facts) { try $0.write(.init(text.utf8), to: path) }
  }

  /// Takes the first file that fits away.
  static func remove(_ patterns: String..., facts: Set<FactName>) -> Self {
    Self("there is no \(patterns[0])", facts: facts) { try $0.remove(try $0.find(patterns)) }
  }

  /// Puts equally long bytes in place of others, wherever they stand in the first file that fits.
  static func bytes(
    in patterns: [String], facts: Set<FactName>, changesQEMU: Bool = false, _ old: String,
    _ new: String
  ) -> Self {
    let file = patterns[0].split(separator: "/").last.map(String.init) ?? ""
    return Self("\(file) says \(new) for \(old)", facts: facts, changesQEMU: changesQEMU) { tree in
      try tree.edit(try tree.find(patterns)) { try $0.replaceAll(old, with: new) }
    }
  }
}
