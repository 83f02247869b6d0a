package import LodgeModel
import Yams

extension Matrix {
  /// Reads the text of a matrix file.
  ///
  /// - Throws: ``MatrixFailure`` naming file and line of what is outside the grammar.
  package init(yaml text: String, file: String) throws(MatrixFailure) {
    let top = try YAMLMapping(document: text, file: file)
    try top.allow(only: ["sets", "contracts", "scenarios", "platforms"])
    let sets = try top.required("sets").mapping()
    guard !sets.keys.isEmpty else {
      throw MatrixFailure(file: file, line: nil, reason: "it names no set")
    }
    self.init(
      sets: try sets.keys.map { name throws(MatrixFailure) in
        BuildSet(name: name, source: try SetSource(named: name, try sets.required(name).mapping()))
      },
      contracts: try top["contracts"].globs(), scenarios: try top["scenarios"].globs(),
      platforms: try top["platforms"].texts())
  }
}

extension SetSource {
  private static let kinds = ["apt", "files", "installed"]

  fileprivate init(named name: String, _ set: YAMLMapping) throws(MatrixFailure) {
    try set.allow(only: Self.kinds + ["packages"])
    let found = Self.kinds.filter { set[$0] != nil }
    guard found.count == 1, let kind = found.first, let value = set[kind] else {
      let value = try set.required(found.first ?? "apt")
      throw value.place.failure(
        "a set has exactly one of \(Self.kinds.joined(separator: ", "))", value.node.mark)
    }
    if kind != "apt", let packages = set["packages"] {
      throw packages.place.failure("only an apt set names packages", packages.node.mark)
    }
    switch kind {
    case "apt":
      self = .apt(try AptWish(set: name, try value.mapping(), try set.required("packages")))
    case "files": self = .files(try Optional(value).texts())
    default:
      let keys = try value.mapping()
      try keys.allow(only: ["kernel"])
      self = .installed(
        kernel: try keys["kernel"].map { value throws(MatrixFailure) in
          try value.text()
        })
    }
  }
}

extension AptWish {
  fileprivate init(
    set: String, _ apt: YAMLMapping, _ packages: YAMLValue
  ) throws(MatrixFailure) {
    try apt.allow(only: ["suites", "acceptExpired"])
    let suites = try apt.required("suites")
    let members = try packages.list().map { item throws(MatrixFailure) in try Member(item) }
    self.init(
      set: set,
      suites: try Optional(suites).texts().map { name throws(MatrixFailure) in
        try Self.plain(name, suites)
      },
      acceptExpired: try apt["acceptExpired"]?.flag() ?? false, members: members)
    guard !self.suites.isEmpty else {
      throw suites.place.failure("a set needs at least one suite", suites.node.mark)
    }
    guard !members.isEmpty else {
      throw packages.place.failure("a set needs at least one package", packages.node.mark)
    }
  }

  /// Names go to apt's command line and configuration, so only what a name can hold is let in.
  fileprivate static func plain(
    _ name: String, _ value: YAMLValue
  ) throws(MatrixFailure) -> String {
    let isPlain = name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9.+~:_\/-]*/) != nil
    guard isPlain, !name.contains("..") else {
      throw value.place.failure("“\(name)” cannot be a name here", value.node.mark)
    }
    return name
  }
}

extension AptWish.Member {
  fileprivate init(_ item: YAMLValue) throws(MatrixFailure) {
    if let name = item.scalar {
      self.init(name: try AptWish.plain(name, item))
      return
    }
    let keys = try item.mapping()
    try keys.allow(only: ["name", "suite"])
    let suite = keys["suite"]
    self.init(
      name: try AptWish.plain(try keys.required("name").text(), item),
      suite: try suite.map { value throws(MatrixFailure) in
        try AptWish.plain(try value.text(), value)
      })
  }
}

extension YAMLValue? {
  fileprivate func texts() throws(MatrixFailure) -> [String] {
    guard let self else { return [] }
    return try self.list().map { item throws(MatrixFailure) in try item.text() }
  }

  fileprivate func globs() throws(MatrixFailure) -> [Glob] {
    self == nil ? ["*"] : try texts().map { Glob($0) }
  }
}

/// What is wrong with a matrix file, and where.
package struct MatrixFailure: Error, Equatable, CustomStringConvertible {
  package let file: String
  /// Counted from 1; nil where the whole file is meant.
  package let line: Int?
  package let reason: String

  package init(file: String, line: Int?, reason: String) {
    (self.file, self.line, self.reason) = (file, line, reason)
  }

  package var description: String {
    "\(file)\(line.map { ":\($0)" } ?? ""): \(reason)"
  }
}
