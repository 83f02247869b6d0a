/// Something a root can tell: found, not there, or there but unreadable.
///
/// The three never share a code path: what is found is judged, what is absent leaves a contract
/// not run, and what cannot be read is an error that somebody must look at.
package enum Fact<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
  case found(Value)
  /// The root has nothing of the kind; the text says what was looked for.
  case absent(String)
  /// It is there, but reading it failed; the text says what, where and why.
  case unreadable(String)

  /// The value, where there is one.
  package var value: Value? {
    guard case .found(let value) = self else { return nil }
    return value
  }
}

/// A place in a root, with the package that put it there.
package struct Source: Codable, Equatable, Hashable, Sendable {
  /// The path below the root, without a leading slash.
  package var file: String
  /// Name and version of the owner; nil where the root does not say.
  package var package: String?

  package init(file: String, package: String? = nil) {
    (self.file, self.package) = (file, package)
  }

  /// The place as findings write it, down to a symbol in the file.
  package func at(_ symbol: String? = nil) -> String {
    [package, file, symbol].compactMap(\.self).joined(separator: ": ")
  }
}

/// The side of a fact that does not depend on what kind of fact it is.
package protocol FactState {
  /// Whether it is there and was read.
  var isFound: Bool { get }
  /// Whether it is there but could not be read.
  var isUnreadable: Bool { get }
  /// What was found, in the words that are given, or why nothing was.
  func summary(_ found: String) -> String
}

extension Fact: FactState {
  package var isFound: Bool { value != nil }

  package var isUnreadable: Bool {
    if case .unreadable = self { true } else { false }
  }

  package func summary(_ found: String) -> String {
    switch self {
    case .found: found
    case .absent(let reason): "absent: \(reason)"
    case .unreadable(let reason): "unreadable: \(reason)"
    }
  }
}
