package import Foundation
package import LodgeModel

/// A red cell that somebody answers for, for a while: data that is reviewed like code.
///
/// The cell stays red; only the gate lets it through.
package struct Waiver: Equatable, Identifiable, Sendable {
  /// The name of its file without the ending.
  package var id: String
  package var cell: CellPattern
  package var scope: Scope
  /// What was seen when it was written, each as ``FailureSign``; another failure is not waived.
  package var seen: [FailureSign]
  /// Why the set may be released all the same.
  package var reason: String
  /// Where it is being mended.
  package var issue: String
  /// Name and address.
  package var author: String
  /// Name and address of who approved it; nil until somebody did.
  package var approver: String?
  package var created: Date
  /// The first instant at which it counts no more.
  package var expires: Date

  package init(
    id: String, cell: CellPattern, scope: Scope, seen: [FailureSign], reason: String,
    issue: String, author: String, approver: String? = nil, created: Date, expires: Date
  ) {
    (self.id, self.cell, self.scope, self.seen) = (id, cell, scope, seen)
    (self.reason, self.issue, self.author, self.approver) = (reason, issue, author, approver)
    (self.created, self.expires) = (created, expires)
  }

  /// Whether it counts no more.
  package func hasEnded(at now: Date) -> Bool { now >= expires }

  /// The sets that a waiver is for.
  package enum Scope: Equatable, Sendable {
    /// Exactly one.
    case set(Digest)
    /// Those that have a package of a name, from one version on and below another one.
    case package(name: String, from: String?, below: String?)
    /// Any, as long as the cell fails in the same way.
    case untilFixed
  }
}

/// What a failure looks like, without the versions in it: the same one in the next build has the
/// same sign.
package struct FailureSign: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let description: String

  /// Reads a sign that was written down.
  package init(_ text: String) { description = text }

  /// The signs of what a standing says: one for each finding that fails, else one for the reason.
  package init(_ outcome: String, _ sentence: String) {
    // What holds a digit and a full stop or a hyphen is a version, a file of one, or a size.
    let words = sentence.split(separator: " ", omittingEmptySubsequences: true).map { word in
      word.contains(where: \.isNumber) && word.contains { ".-~+".contains($0) } ? "#" : String(word)
    }
    description = "\(outcome): \(words.joined(separator: " "))"
  }

  package static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

extension Waiver.Scope {
  /// Compares two versions as the packaging system of a package does: negative, zero or positive.
  package typealias VersionOrder =
    (_ version: String, _ other: String, _ of: Package) throws -> Int

  /// Whether a set is one of those, by its id and its packages.
  package func holds(for id: Digest, of packages: [Package], order: VersionOrder) rethrows -> Bool {
    switch self {
    case .set(let own): own == id
    case .untilFixed: true
    case .package(let name, let from, let below):
      try packages.contains { package in
        guard package.name == name else { return false }
        if let from, try order(package.version, from, package) < 0 { return false }
        if let below, try order(package.version, below, package) >= 0 { return false }
        return true
      }
    }
  }

  /// As a sentence says it.
  package var title: String {
    switch self {
    case .set(let id): "for set \(id.short)"
    case .untilFixed: "until it is fixed"
    case .package(let name, let from, let below):
      "for \(name)" + (from.map { " from \($0)" } ?? "") + (below.map { " below \($0)" } ?? "")
    }
  }
}
