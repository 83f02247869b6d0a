import LodgeModel
package import LodgeScenarios

extension Ladder {
  /// Reads the text of a ladder: for each type its platforms, the scenario that proves it, and what is
  /// lacking in order.
  ///
  /// - Throws: ``MatrixFailure`` naming file and line of what is outside the grammar.
  package init(yaml text: String, file: String) throws(MatrixFailure) {
    let top = try YAMLMapping(document: text, file: file)
    try top.allow(only: DomainType.allCases.map(\.rawValue))
    self.init(rungs: [:])
    for name in top.keys {
      let type = DomainType(rawValue: name) ?? .plain
      let keys = try top.required(name).mapping()
      try keys.allow(only: ["platforms", "lacking", "proof"])
      proofs[type] = try keys["proof"]?.text()
      platforms[type] = try keys.required("platforms").texts()
      rungs[type] =
        try keys["lacking"]?.list().map { item throws(MatrixFailure) in
          try Rung(item)
        } ?? []
    }
  }
}

extension Ladder.Rung {
  fileprivate init(_ value: YAMLValue) throws(MatrixFailure) {
    let keys = try value.mapping()
    try keys.allow(only: ["ability", "at", "by", "message"])
    let ability = try keys.required("ability")
    guard let demand = try ability.condition().demands.first, demand.isWanted else {
      throw ability.failure("the ability that is lacking is expected here")
    }
    self.init(
      lacks: demand.ability, at: try keys.required("at").word(of: Ladder.Moment.self, "moment"),
      RefusalPattern(
        by: try keys.required("by").layers(), messages: try keys["message"]?.globs() ?? []))
  }
}

extension YAMLValue {
  /// One layer or several.
  func layers() throws(MatrixFailure) -> [Layer] {
    if scalar != nil { return [try word(of: Layer.self, "layer")] }
    return try list().map { item throws(MatrixFailure) in try item.word(of: Layer.self, "layer") }
  }
}
