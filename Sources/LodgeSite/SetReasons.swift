import LodgeModel

/// Why the table of a set is not all green, as labelled paragraphs: the worst first.
struct SetReasons {
  var set: Results.BuildSet

  /// Reds with their remedies, warnings, what is missing, what is not offered, and notes.
  var paragraphs: [Paragraph] {
    reds + warnings + gaps + unknowns + refusals + notes
  }

  /// What failed, with remedies; what is in error; what is blocked.
  var reds: [Paragraph] {
    let failed = set.cells.filter { $0.outcome == .fail }
    let promises = failed.filter { $0.kind == .contract }
    // What a contract says of a scenario is not said again of the scenario itself.
    let untold = failed.filter { cell in
      cell.kind == .scenario && !promises.contains { $0.tells(of: cell) }
    }
    return MergedCells.merging(promises).flatMap(red) + failures(untold)
      + silences(.error, .trouble)
      + silences(.blocked, .trouble)
  }

  /// A broken promise in one sentence, with where it is, what each side says and what to do.
  private func red(_ claim: MergedCells) -> [Paragraph] {
    let findings = claim.cell.findings.filter { $0.grade == .fail }
    if findings.isEmpty {
      return [paragraph("FAIL", .bad, "\(claim.title): \(claim.cell.reason)")]
    }
    // Findings of one contract mostly share its remedy, and always its case: each is told once.
    let remedies = findings.map(\.remedy)
    let seen = findings.indices.flatMap { index in
      let (finding, isLast) = (
        findings[index], remedies.dropFirst(index + 1).first != remedies[index]
      )
      return [paragraph("", nil, finding.summary)]
        + label("  at", finding.where) + label("  says", finding.sides.told)
        + label("  remedy", isLast ? finding.remedy : "")
    }
    return [paragraph("FAIL", .bad, claim.title)] + seen
      + label("  like", findings.compactMap(\.knownCase).first ?? "")
  }

  private func label(_ label: String, _ text: String) -> [Paragraph] {
    text.isEmpty ? [] : [paragraph(label, .faint, text)]
  }

  /// Scenarios that failed, those with one reason together, with the line that shows it again.
  private func failures(_ cells: [Cell]) -> [Paragraph] {
    let reasons = Dictionary(grouping: cells, by: \.reason)
    let order = cells.map(\.reason).reduce(into: [String]()) { order, reason in
      if !order.contains(reason) { order.append(reason) }
    }
    return order.flatMap { reason in
      let alike = reasons[reason] ?? []
      let details = alike.flatMap(\.findings).filter { $0.grade == .fail && $0.summary != reason }
      return [paragraph("FAIL", .bad, reason)]
        + (details.first.map { [paragraph("", nil, $0.summary)] } ?? [])
        + alike.places.map { paragraph("  cells", .faint, $0) }
        + (alike.first.map { [paragraph("  again", .faint, set.reproduction(of: $0))] } ?? [])
    }
  }

  private var warnings: [Paragraph] {
    MergedCells.merging(set.cells.filter { $0.findings.contains { $0.grade == .warn } }).flatMap {
      claim in
      claim.cell.findings.filter { $0.grade == .warn }.map { finding in
        paragraph("warn", .doubt, "\(claim.title): \(finding.summary)")
      }
    }
  }

  private var gaps: [Paragraph] { silences(.notRun, .doubt) }

  /// What could not be judged, each reason once with all cells that it keeps empty.
  private func silences(_ outcome: Outcome, _ tone: Tone) -> [Paragraph] {
    var reasons: [(text: String, cells: [Cell])] = []
    for cell in set.cells where cell.outcome == outcome {
      if let known = reasons.firstIndex(where: { $0.text == cell.reason }) {
        reasons[known].cells.append(cell)
      } else {
        reasons.append((cell.reason, [cell]))
      }
    }
    return reasons.flatMap { reason in
      let promises = MergedCells.merging(reason.cells.filter { $0.kind == .contract }).map(\.title)
      let titles = promises.isEmpty ? [] : [promises.joined(separator: ", ")]
      let places = titles + reason.cells.filter { $0.kind == .scenario }.places
      return [paragraph(outcome.title, tone, reason.text)]
        + places.map { paragraph("  cells", .faint, $0) }
    }
  }

  /// The first notes; a set with many setuid programs has too many to read at a glance.
  private var notes: [Paragraph] {
    let more = set.notes.count - 2
    let shown = set.notes.prefix(2).map { paragraph("note", nil, $0) }
    return more > 0 ? shown + [paragraph("note", nil, "and \(more) more, all in --json")] : shown
  }

  private var unknowns: [Paragraph] {
    sentences(.unknown).map { paragraph("unknown", .doubt, $0) }
  }

  private var refusals: [Paragraph] {
    sentences(.notOffered).map { paragraph("not offered", .faint, $0) }
  }

  /// The members that give an answer, with their reasons; types with the same ones share a line.
  private func sentences(_ answer: Support.Answer) -> [String] {
    var sentences: [(types: String, members: String)] = []
    for type in set.rows {
      let members = set.support.filter { $0.type == type && $0.answer == answer }
        .map { "\($0.member.title) (\($0.reason))" }.joined(separator: ", ")
      if members.isEmpty { continue }
      if let known = sentences.firstIndex(where: { $0.members == members }) {
        sentences[known].types += ", \(type.title)"
      } else {
        sentences.append((type.title, members))
      }
    }
    return sentences.map { "\($0.types): \($0.members)" }
  }

  private func paragraph(_ label: String, _ tone: Tone?, _ text: String) -> Paragraph {
    Paragraph(label: label, tone: tone, indent: 13, text: text)
  }
}

extension Results.BuildSet {
  /// The line that shows a scenario's cell again.
  func reproduction(of cell: Cell) -> String {
    let platform = cell.platform.map { " --platform \($0)" } ?? ""
    let id = cell.id.contains("[") ? "'\(cell.id)'" : cell.id
    return "lodge try \(id) --set \(name)\(platform)"
  }
}

extension [Finding.Side] {
  /// What each side says, in one line: `kernel: says 6; QEMU: takes 5`.
  fileprivate var told: String { map { "\($0.who): \($0.says)" }.joined(separator: "; ") }
}

extension Cell {
  /// Whether a contract's cell is about what became of a scenario's.
  fileprivate func tells(of scenario: Cell) -> Bool {
    stage == scenario.stage && type == scenario.type && platform == scenario.platform
      && reason == scenario.reason
  }
}

extension [Cell] {
  /// Cells of scenarios in as few words as tell them apart, a sentence for each type and platform:
  /// `TDX on intel-spr-tdx: tdx/launch-lifecycle, tdx/policy[none, standard]`.
  fileprivate var places: [String] {
    var places: [(title: String, files: [(name: String, cases: [String])])] = []
    for cell in self {
      let platform = cell.platform.map { "on \($0)" }
      let words = [cell.type?.title, platform].compactMap(\.self)
      let title = words.isEmpty ? "the set" : words.joined(separator: " ")
      let claim = cell.id.withoutCase
      let cases = [cell.id.dropFirst(claim.count).dropFirst().dropLast()]
        .filter { !$0.isEmpty }.map(String.init)
      if places.last?.title != title { places.append((title, [])) }
      if places[places.count - 1].files.last?.name == claim {
        let last = places[places.count - 1].files.count - 1
        places[places.count - 1].files[last].cases += cases
      } else {
        places[places.count - 1].files.append((claim, cases))
      }
    }
    return places.map { place in
      let files = place.files.map { file in
        file.cases.isEmpty ? file.name : "\(file.name)[\(file.cases.joined(separator: ", "))]"
      }
      return "\(place.title): \(files.joined(separator: ", "))"
    }
  }
}
