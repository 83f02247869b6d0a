import LodgeModel

extension YAMLValue? {
  /// The grids below `mix:` of a matrix file whose sets are known.
  func grids(over sets: [Matrix.BuildSet]) throws(MatrixFailure) -> [Matrix.Grid] {
    guard let self else { return [] }
    let mixes = try self.mapping()
    return try mixes.keys.map { name throws(MatrixFailure) in
      try Matrix.Grid(named: name, try mixes.required(name), over: sets)
    }
  }
}

extension Matrix.Grid {
  fileprivate init(
    named name: String, _ value: YAMLValue, over sets: [Matrix.BuildSet]
  ) throws(MatrixFailure) {
    let keys = try value.mapping()
    try keys.allow(only: ["sets", "members", "base"])
    let list = try keys.required("sets")
    let names = try list.names(among: sets.map(\.name), what: "set")
    guard let first = names.first, names.count > 1 else {
      throw list.failure("a mix takes members from two sets or more")
    }
    let members = try keys["members"]?.members() ?? Member.allCases
    var base = first
    if let value = keys["base"] {
      base = try value.name(among: sets.map(\.name), what: "set")
    }
    // The name of a combination is made of theirs.
    for name in [name] + names where name.contains("+") || name.contains("/") {
      throw list.failure("“\(name)” cannot be part of the name of a mix, which has + and / itself")
    }
    for set in sets where names.contains(set.name) || set.name == base {
      guard case .installed = set.source else { continue }
      throw list.failure("\(set.name) is installed on this host, and there are no files of it")
    }
    self.init(name: name, sets: names, members: members, base: base)
    guard count <= Self.limit else {
      throw list.failure(
        "\(members.count) members of \(names.count) sets have more than \(Self.limit) combinations;"
          + " name fewer sets, or some members")
    }
  }
}

extension YAMLValue {
  /// A list of names, each once, of which all are known.
  fileprivate func names(
    among known: [String], what: String
  ) throws(MatrixFailure) -> [String] {
    var names: [String] = []
    for item in try list() {
      let name = try item.name(among: known, what: what)
      guard !names.contains(name) else { throw item.failure("\(name) stands twice") }
      names.append(name)
    }
    return names
  }

  fileprivate func members() throws(MatrixFailure) -> [Member] {
    let names = try names(among: Member.allCases.map(\.rawValue), what: "member")
    guard !names.isEmpty else { throw failure("a mix swaps one member or more") }
    return names.compactMap(Member.init(rawValue:))
  }

  fileprivate func name(
    among known: [String], what: String
  ) throws(MatrixFailure) -> String {
    let name = try text()
    guard known.contains(name) else {
      let hint = nearest(to: name, among: known).map { "; did you mean \($0)?" }
      throw failure(
        "there is no \(what) “\(name)”"
          + (hint ?? "; there are \(known.joined(separator: ", "))"))
    }
    return name
  }
}
