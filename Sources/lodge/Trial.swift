import Foundation
import LodgeEvidence
import LodgeLab
import LodgeLaunch
import LodgeModel
import LodgePlatform
import LodgeScenarios

/// Scenarios being tried on sets, without a record of it.
struct Trial: Sendable {
  let stage: LaunchStage
  let bench: Workbench
  /// Another set's evidence, whose kernel is used.
  let kernel: Evidence?
  let notes: [String]

  /// What was seen of one set.
  struct Seen: Sendable {
    var results: Results.BuildSet
    let launches: [LaunchStage.Seen]
    let names: Transcript.Names
  }

  /// Launches all scenarios on a set.
  func launch(_ set: Workbench.Prepared) async throws -> Seen {
    let collected = try await bench.evidence(of: set)
    let launched = try await stage.launch(candidate(set, collected.evidence))
    return seen(launched.seen, notes: launched.notes, of: set, collected)
  }

  /// Launches one scenario and leaves it up; gives also how to reach it.
  func leaveStanding(
    _ place: (scenario: Scenario, platform: Platform), _ set: Workbench.Prepared
  ) async throws -> (Seen, farewell: String) {
    let collected = try await bench.evidence(of: set)
    let (launch, farewell) = try await stage.launchStaying(
      place.scenario, on: place.platform, of: candidate(set, collected.evidence))
    return (seen([launch], notes: [], of: set, collected), farewell)
  }

  /// The one scenario on the one platform that are meant.
  ///
  /// - Throws: ``InputFailure`` where there are several.
  var onlyPlace: (Scenario, Platform) {
    get throws {
      let places = stage.catalogue.scenarios.flatMap { scenario in
        stage.catalogue.platforms(of: scenario).map { (scenario, $0) }
      }
      guard places.count == 1, let place = places.first else {
        let names = places.prefix(4).map { "\($0.id) on \($1.id)" }.joined(separator: ", ")
        throw InputFailure(
          "--keep leaves one scenario on one platform up, and \(places.count) are meant: \(names)"
            + "\(places.count > 4 ? ", ..." : ""); name a case, as in 'sev/policy[debug]', and a "
            + "platform with --platform ID")
      }
      return place
    }
  }

  private func candidate(
    _ set: Workbench.Prepared, _ evidence: Evidence
  ) -> LaunchStage.Candidate {
    LaunchStage.Candidate(name: set.name, root: set.root.path, evidence: evidence, kernel: kernel)
  }

  private func seen(
    _ launches: [LaunchStage.Seen], notes: [String], of set: Workbench.Prepared,
    _ collected: Workbench.Collected
  ) -> Seen {
    Seen(
      results: Results.BuildSet(
        id: set.id ?? collected.digest, name: set.name, packages: set.lock.packages.count,
        cells: launches.kept.cells, notes: self.notes + notes),
      launches: launches,
      names: Transcript.Names(constants: collected.evidence.uapi.value?.constants ?? [:]))
  }
}

extension Trial.Seen {
  /// Adds to each cell where its calls differ from those of the same launch on another set.
  mutating func compare(with other: Self) {
    for (index, launch) in launches.enumerated() {
      let twin = other.launches.first {
        $0.platform == launch.platform && $0.record.scenario.id == launch.record.scenario.id
      }
      guard let twin else { continue }
      results.cells[index].findings += launch.differences(from: twin, of: other.results.name)
    }
  }

  /// Each scenario step by step, for people.
  func story(withTranscript: Bool) -> String {
    let stories = zip(launches, results.cells).map { launch, cell in
      launch.story(cell, withTranscript: withTranscript, names)
    }
    let notes = results.notes.map { "note: \($0)" }.joined(separator: "\n")
    return (stories + (notes.isEmpty ? [] : [notes])).joined(separator: "\n\n")
  }
}

extension LaunchStage.Seen {
  /// Where the calls of each domain differ from those of the same launch elsewhere.
  fileprivate func differences(from other: Self, of set: String) -> [Finding] {
    record.domains.flatMap { domain -> [Finding] in
      let twin = other.record.domains.first { $0.label == domain.label }
      guard let now = try? Transcript(parsing: domain.transcript),
        let before = try? Transcript(parsing: twin?.transcript ?? "")
      else {
        return [
          Finding(
            .info, "there is no transcript of \(domain.label) on both sets to compare",
            where: domain.name)
        ]
      }
      let differences = now.difference(from: before).map { $0.finding(in: domain.name) }
      return differences.isEmpty
        ? [Finding(.info, "the calls are those of \(set)", where: domain.name)]
        : [Finding(.info, "the calls differ from those of \(set)", where: domain.name)]
          + differences
    }
  }

  fileprivate func story(_ cell: Cell, withTranscript: Bool, _ names: Transcript.Names) -> String {
    var lines = ["\(record.scenario.id) on \(platform): \(record.scenario.claim)"]
    for step in record.steps {
      let domain = record.scenario.domains.count > 1 ? "\(step.step.domain): " : ""
      let time = String(format: "%6.3f s", step.seconds)
      let word = (domain + step.step.action.word).padding(toLength: 24, withPad: " ", startingAt: 0)
      lines.append("  \(time)  \(word)  \(step.answer.words)")
    }
    if withTranscript {
      for domain in record.domains {
        lines.append("  calls of \(domain.name):")
        let transcripts = (try? Transcript.all(parsing: domain.transcript)) ?? []
        lines += transcripts.flatMap { $0.table(names: names).split(separator: "\n") }
          .map { "    \($0)" }
      }
    }
    for measured in cell.measurements {
      let domain = record.scenario.domains.count > 1 ? "\(measured.domain): " : ""
      lines.append("  \(domain)measured  \(measured.measurement) (\(measured.type.title))")
    }
    let layer = cell.layer.map { " [\($0.rawValue)]" } ?? ""
    lines.append("\(cell.outcome.rawValue)\(layer): \(cell.reason)")
    lines += cell.findings.filter { $0.summary != cell.reason }
      .map { "  \($0.grade.rawValue): \($0.summary)" }
    return lines.joined(separator: "\n")
  }
}
