import LodgeContracts
import LodgeLaunch
import LodgeModel

/// What a set shows: its packages, and what became of scenarios that were launched.
struct Shown: Sendable {
  var evidence: Evidence
  var launched: [LaunchStage.Seen] = []

  /// With the launches of some scenarios alone.
  func launching(_ scenarios: [Glob]) -> Shown {
    var few = self
    few.launched = launched.filter { seen in
      scenarios.contains { seen.answers(to: $0) }
    }
    return few
  }
}

/// What all contracts say of a set, compared with another one.
struct Judgement: Sendable {
  /// Cells by contract, in the order of the catalogue.
  private(set) var cells: [Cell]

  /// Judges what a set shows by contracts, against what the set before showed.
  init(of set: Shown, against before: Shown, by contracts: [Contract] = allContracts) {
    cells = contracts.flatMap { $0.cells(of: set.evidence, before: before.evidence) }
    guard !set.launched.isEmpty else { return }
    let old = before.launched.launches()
    let launches = set.launched.launches(
      before: .init(name: "the set before", launches: old.launches, answers: old.answers))
    let scenarios = set.launched.kept.cells
    cells += contracts.flatMap {
      $0.cells(ofLaunched: scenarios, launches, evidence: set.evidence)
    }
  }

  /// Takes cells that were judged already.
  init(cells: [Cell]) { self.cells = cells }

  /// The findings of a contract that another judgement does not have, a warning at least.
  func findings(of contract: String, newSince before: Self) -> [Finding] {
    cells.filter { $0.id == contract }.flatMap { cell in
      let old = before.cell(like: cell)?.findings ?? []
      return cell.findings.filter { finding in
        finding.grade > .info
          && !old.contains { $0.summary == finding.summary && $0.grade == finding.grade }
      }
    }
  }

  /// What is worse than in another judgement, as `R04 kernel.vm-type-numbers sev-snp: sentence`.
  ///
  /// Sentences and places may change where what they are about is called otherwise; more failures,
  /// more warnings, and a cell that is no longer judged, may not.
  func alarms(since before: Self) -> [String] {
    cells.compactMap { cell in
      let old = before.cell(like: cell)
      let name = "\(cell.catalogue ?? "") \(cell.id) \(cell.type?.rawValue ?? "")"
      let isJudged = [.pass, .fail, .notApplicable].contains(cell.outcome)
      if !isJudged, old?.outcome != cell.outcome {
        return "\(name): \(cell.outcome.rawValue): \(cell.reason)"
      }
      for grade in [Finding.Grade.fail, .warn] {
        let now = cell.findings.filter { $0.grade == grade }
        let then = (old?.findings ?? []).filter { $0.grade == grade }
        guard now.count > then.count else { continue }
        let new = now.first { finding in !then.contains { $0.summary == finding.summary } }
        return "\(name): \(grade.rawValue): \((new ?? now[0]).summary)"
      }
      return nil
    }
  }

  /// The catalogue numbers of contracts that fail or warn where another judgement does not.
  func fallen(since before: Self, except contracts: [String]) -> [String] {
    var fallen: [String] = []
    for cell in cells where !contracts.contains(cell.id) {
      let number = cell.catalogue ?? cell.id
      if !fallen.contains(number), !findings(of: cell.id, newSince: before).isEmpty {
        fallen.append(number)
      }
    }
    return fallen
  }

  /// What a contract says of each type and platform, as `tdx launch pass: reason`.
  func words(of contract: String) -> String {
    let own = cells.filter { $0.id == contract }.map { cell in
      let findings = cell.findings.filter { $0.grade > .info }.map(\.summary)
      let place = [cell.type?.rawValue, cell.platform, cell.stage.rawValue].compactMap(\.self)
      return (place + [cell.outcome.rawValue]).joined(separator: " ") + ": "
        + (findings.isEmpty ? cell.reason : findings.joined(separator: "; "))
    }
    return own.isEmpty ? "nothing" : own.joined(separator: " | ")
  }

  private func cell(like cell: Cell) -> Cell? {
    cells.first {
      $0.id == cell.id && $0.type == cell.type && $0.platform == cell.platform
        && $0.stage == cell.stage
    }
  }
}

extension Finding {
  /// Whether the sentence, the place or a side names something.
  func names(_ thing: String) -> Bool {
    summary.contains(thing) || `where`.contains(thing) || sides.contains { $0.says.contains(thing) }
  }
}
