import LodgeModel
import LodgeRelease

/// A cell as exports name it: under names that no other cell of the same results has.
struct ExportedCell {
  var set: Results.BuildSet
  var cell: Cell
  /// The set's name, with a number behind it where several sets have it.
  var setName: String
  /// What was asked, for people: catalogue number, id, type, platform and stage.
  var title: String
  /// The same as a path, stage first, of ASCII letters, digits and `._+-=[],` between slashes.
  var place: String
}

extension Results {
  /// The sets in their order, each with its cells in theirs.
  var exported: [(name: String, set: Results.BuildSet, cells: [ExportedCell])] {
    zip(sets.map(\.name.visible).numbered, sets).map { name, set in
      let titles = set.cells.map(\.title.visible).numbered
      let places = set.cells.map(\.place).numbered
      let cells = set.cells.indices.map { index in
        ExportedCell(
          set: set, cell: set.cells[index], setName: name, title: titles[index],
          place: places[index])
      }
      return (name, set, cells)
    }
  }
}

extension ExportedCell {
  /// What a reader must know of a cell that is not green, or has warnings, without control characters.
  ///
  /// The reason, then of each finding its place, what each side says and the remedy; last the line that
  /// shows a red scenario again.
  var details: [String] {
    let findings = cell.told.flatMap(\.lines)
    let isSaid = cell.told.contains { $0.summary == cell.reason }
    let refused = cell.layer.map { ["refused by: \($0.rawValue)"] } ?? []
    let isTried = cell.kind == .scenario && cell.outcome.isRed
    let again = isTried ? ["again: \(set.reproduction(of: cell))"] : []
    return ((isSaid ? [] : [cell.reason]) + refused + findings + again).map(\.visible)
  }
}

extension Cell {
  /// The findings that are worth a line: all of a red cell, the warnings of another.
  var told: [Finding] { findings.filter { outcome.isRed || $0.grade > .info } }

  /// Wall time in seconds; 0 where a damaged record has no such number.
  var took: Double { seconds.isFinite ? max(0, seconds) : 0 }

  fileprivate var title: String {
    Claim(of: self).title(of: type.map { [$0] } ?? [], at: stage)
  }

  fileprivate var place: String {
    let parts = [stage.rawValue] + id.split(separator: "/").map(String.init)
    return (parts + [type?.rawValue, platform].compactMap(\.self)).map(\.pathComponent)
      .joined(separator: "/")
  }
}

extension Outcome {
  /// Whether something is broken, unreadable, or held up by what is.
  var isRed: Bool {
    switch self {
    case .fail, .error, .blocked: true
    case .pass, .notApplicable, .notRun: false
    }
  }
}

extension Finding {
  fileprivate var lines: [String] {
    func line(_ label: String, _ text: String) -> [String] {
      text.isEmpty ? [] : ["  \(label): \(text)"]
    }
    return ["\(grade.rawValue): \(summary)"] + line("at", self.where)
      + sides.map { "  \($0.who) says: \($0.says)" } + line("remedy", remedy)
      + line("like", grade > .info ? knownCase ?? "" : "")
  }
}

extension String {
  /// The text as one component of a path that no reader takes for anything else.
  var pathComponent: String {
    let kept = unicodeScalars.map { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic
          || "0123456789._+-=[],".unicodeScalars
            .contains(scalar))
        ? scalar : "_"
    }
    let text = String(String.UnicodeScalarView(kept))
    return text.allSatisfy { $0 == "." } ? "_" : text
  }
}

extension [String] {
  /// The texts, those that stood before with a number behind them that makes them new.
  var numbered: [String] {
    var taken = Set(self)
    var counts: [String: Int] = [:]
    return map { text in
      counts[text, default: 0] += 1
      guard var count = counts[text], count > 1 else { return text }
      while !taken.insert("\(text)+\(count)").inserted { count += 1 }
      counts[text] = count
      return "\(text)+\(count)"
    }
  }
}
