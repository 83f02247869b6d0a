package import LodgeModel
import Yams

extension Matrix {
  /// Reads the text of a matrix file.
  ///
  /// - Throws: ``MatrixFailure`` naming file and line of what is outside the grammar.
  package init(yaml text: String, file: String) throws(MatrixFailure) {
    let top = try YAMLMapping(document: text, file: file)
    try top.allow(only: ["sets", "mix", "contracts", "scenarios", "platforms"])
    let sets = try top.required("sets").mapping()
    guard !sets.keys.isEmpty else {
      throw MatrixFailure(file: file, line: nil, reason: "it names no set")
    }
    let all = try sets.keys.map { name throws(MatrixFailure) in
      let set = try sets.required(name).mapping()
      return BuildSet(
        name: name, source: try SetSource(named: name, set),
        installation: try Installation(of: set),
        baseline: try set["baseline"]?.baseline(of: name, among: sets.keys))
    }
    self.init(
      sets: all, contracts: try top["contracts"].globs(),
      scenarios: try top["scenarios"].globs(), platforms: try top["platforms"].texts(),
      grids: try top["mix"].grids(over: all))
  }
}

extension SetSource {
  /// The kinds that stand alone, and those that are one set together.
  private static let alone = ["apt", "installed"]
  private static let together = ["rpm", "koji", "files"]
  private static let ofRPMs = ["packages", "sources", "signatures", "install", "scriptlets"]
  private static let ofResolved = ["packages", "sources"]

  fileprivate init(named name: String, _ set: YAMLMapping) throws(MatrixFailure) {
    let kinds = Self.alone + Self.together
    try set.allow(only: kinds + Self.ofRPMs + ["baseline"])
    let found = kinds.filter { set[$0] != nil }
    guard let kind = found.first, let value = set[kind] else {
      throw set.place.failure("a set has one of \(kinds.joined(separator: ", "))", nil)
    }
    if found.count > 1, found.contains(where: Self.alone.contains) {
      throw value.place.failure(
        "a set has exactly one of \(kinds.joined(separator: ", ")); only"
          + " \(Self.together.joined(separator: ", ")) may be one set together", value.node.mark)
    }
    let isResolved = kind == "apt" || found.contains("rpm") || found.contains("koji")
    for key in Self.ofResolved where !isResolved {
      guard let value = set[key] else { continue }
      let hint = key == "sources" && kind == "files" ? "; name its .dsc or .src.rpm here" : ""
      throw value.place.failure(
        "only an apt, rpm or koji set names \(key)\(hint)", value.node.mark)
    }
    for key in Self.ofRPMs where !Self.ofResolved.contains(key) && Self.alone.contains(kind) {
      guard let value = set[key] else { continue }
      throw value.place.failure("only sets of RPMs have \(key)", value.node.mark)
    }
    switch kind {
    case "apt":
      self = .apt(
        try AptWish(
          set: name, try value.mapping(), try set.required("packages"),
          sources: try set["sources"].sources()))
    case "installed":
      let keys = try value.mapping()
      try keys.allow(only: ["kernel"])
      self = .installed(
        kernel: try keys["kernel"].map { value throws(MatrixFailure) in
          try value.text()
        })
    case "files" where set["signatures"] == nil: self = .files(try Optional(value).texts())
    default: self = .rpm(try RPMWish(set: name, set))
    }
  }
}

extension YAMLValue {
  /// The set that another one is compared with: one of the matrix, and not itself.
  fileprivate func baseline(
    of name: String, among sets: [String]
  ) throws(MatrixFailure) -> String {
    let other = try text()
    guard sets.contains(other), other != name else {
      let near = nearest(to: other, among: sets.filter { $0 != name })
      throw place.failure(
        other == name
          ? "a set is not compared with itself"
          : "there is no set “\(other)” to compare with"
            + (near.map { "; did you mean \($0)?" } ?? ""), node.mark)
    }
    return other
  }
}

extension AptWish {
  fileprivate init(
    set: String, _ apt: YAMLMapping, _ packages: YAMLValue, sources: [SourceWish]
  ) throws(MatrixFailure) {
    try apt.allow(only: ["suites", "acceptExpired", "stock"])
    let suites = try apt.required("suites")
    let members = try packages.list().map { item throws(MatrixFailure) in try Member(item) }
    self.init(
      set: set,
      suites: try Optional(suites).texts().map { name throws(MatrixFailure) in
        try suites.plain(name)
      },
      acceptExpired: try apt["acceptExpired"]?.flag() ?? false, members: members,
      sources: sources)
    stock = try apt["stock"].texts().map { name throws(MatrixFailure) in
      try suites.plain(name)
    }
    if let both = stock.first(where: allSuites.contains), let value = apt["stock"] {
      throw value.place.failure(
        "packages are taken from \(both), so it is no stock suite", value.node.mark)
    }
    guard !self.suites.isEmpty else {
      throw suites.place.failure("a set needs at least one suite", suites.node.mark)
    }
    guard !members.isEmpty else {
      throw packages.place.failure("a set needs at least one package", packages.node.mark)
    }
  }
}

extension YAMLValue {
  /// Checks a name that goes to a program's command line, configuration or file names: only what a
  /// name can hold is let in.
  func plain(_ name: String) throws(MatrixFailure) -> String {
    let isPlain = name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9.+~:_\/-]*/) != nil
    guard isPlain, !name.contains("..") else {
      throw place.failure("“\(name)” cannot be a name here", node.mark)
    }
    return name
  }

  /// A text that is such a name.
  func plainText() throws(MatrixFailure) -> String { try plain(try text()) }
}

extension AptWish.Member {
  fileprivate init(_ item: YAMLValue) throws(MatrixFailure) {
    if let name = item.scalar {
      self.init(name: try item.plain(name))
      return
    }
    let keys = try item.mapping()
    try keys.allow(only: ["name", "suite"])
    let suite = keys["suite"]
    self.init(
      name: try keys.required("name").plainText(),
      suite: try suite.map { value throws(MatrixFailure) in
        try value.plainText()
      })
  }
}

extension SourceWish {
  fileprivate init(_ item: YAMLValue) throws(MatrixFailure) {
    if item.scalar != nil {
      self.init(name: try item.plainText())
      return
    }
    let keys = try item.mapping()
    try keys.allow(only: ["name", "optional"])
    self.init(
      name: try keys.required("name").plainText(),
      isOptional: try keys["optional"]?.flag() ?? false)
  }
}

extension YAMLValue? {
  /// The source packages of a set.
  func sources() throws(MatrixFailure) -> [SourceWish] {
    guard let self else { return [] }
    return try self.list().map { item throws(MatrixFailure) in try SourceWish(item) }
  }

  func texts() throws(MatrixFailure) -> [String] {
    guard let self else { return [] }
    return try self.list().map { item throws(MatrixFailure) in try item.text() }
  }

  func globs() throws(MatrixFailure) -> [Glob] {
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
