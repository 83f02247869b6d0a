import Foundation
import LodgeModel
package import LodgeRelease

/// A verdict as a person reads it in a terminal: Yes or No, then what stands in the way, and what to
/// do next.
package struct VerdictText {
  private let verdict: Verdict
  private let isExplained: Bool
  private let style: Style
  private let width: Int

  /// Prepares a text; `explained` also tells what each satisfied cell rests on.
  package init(
    _ verdict: Verdict, explained: Bool = false, style: Style = .plain, width: Int = 100
  ) {
    (self.verdict, isExplained) = (verdict, explained)
    (self.style, self.width) = (style, max(40, width))
  }

  /// The lines, without a newline at the end.
  package var text: String {
    let blocks = [head, obstacles, waived, waivers, isExplained ? explanation : []]
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  private var head: [String] {
    let set = verdict.set
    let answer = verdict.isYes ? style.paint("Yes", .good) : style.paint("No", .bad)
    let counts = [
      (verdict.satisfied.count, "satisfied"), (verdict.waived.count, "waived"),
      (verdict.unsatisfied.count, "unsatisfied"),
    ].map { "\($0) \($1)" }.joined(separator: ", ")
    return [
      "gate \(style.paint(verdict.policy.name.visible, .title)): \(answer)"
        + "  \(set.name.visible) \(set.id.short)  \(count(set.packages.count, "package"))"
        + "  \(verdict.at.utc)",
      "\(count(verdict.standings.count, "required cell")): \(counts)",
    ]
      + (set.observations.isEmpty ? ["nothing is recorded of these very packages"] : [])
      + verdict.resting.map { "requirement \($0.visible) is not in force" }
  }

  /// What stands in the way, alike things together, the certain before the unknown.
  private var obstacles: [String] {
    groups(verdict.unsatisfied).flatMap { group in
      entry(group.state.word, group.state.tone, group.reason, group.titles, next: group.next)
    }
  }

  private var waived: [String] {
    groups(verdict.waived).flatMap { group in
      entry(
        "waived", .doubt, "\(group.state.word): \(group.reason)",
        group.titles + group.waivers.map { "waiver \($0)" }, next: "")
    }
  }

  private var waivers: [String] {
    verdict.waivers.filter { isExplained || $0.state.isWorthTelling }.flatMap { report in
      let waiver = report.waiver
      let people = [waiver.author, waiver.approver.map { "approved by \($0)" }]
        .compactMap(\.self).joined(separator: ", ")
      return paragraph(
        "waiver", report.state.tone,
        "\(waiver.id): \(report.state.sentence) (\(waiver.scope.title), until"
          + " \(waiver.expires.utc), \(people), \(waiver.issue))")
    }
  }

  /// What each satisfied cell rests on, by requirement and run.
  private var explanation: [String] {
    verdict.policy.requirements.flatMap { requirement -> [String] in
      let own = verdict.satisfied.filter { $0.requirement == requirement.id }
      let groups = Dictionary(grouping: own) { standing in
        [standing.state.word, standing.source.map { "run \($0.run) of \($0.lab), \($0.seen.utc)" }]
          .compactMap(\.self).joined(separator: ", ")
      }
      return ["requirement \(style.paint(requirement.id.visible, .title)): \(own.count) satisfied"]
        + groups.sorted { $0.key < $1.key }.flatMap { title, standings in
          paragraph(
            "", nil,
            "\(title): "
              + standings.map(\.subject.title).joined(separator: ", "))
        }
    }
  }

  private struct Group {
    let state: Standing.State
    let reason: String
    let next: String
    var titles: [String]
    var waivers: [String]
  }

  /// Standings that say the same, together.
  private func groups(_ standings: [Standing]) -> [Group] {
    var groups: [Group] = []
    for standing in standings {
      let title = "\(standing.subject.title) [\(standing.requirement)]"
      let waiver = standing.waiver.map { [$0] } ?? []
      let same = groups.firstIndex {
        $0.state == standing.state && $0.reason == standing.reason && $0.next == standing.next
      }
      if let same {
        groups[same].titles.append(title)
        groups[same].waivers += waiver.filter { !groups[same].waivers.contains($0) }
      } else {
        groups.append(
          Group(
            state: standing.state, reason: standing.reason, next: standing.next, titles: [title],
            waivers: waiver))
      }
    }
    let order = Standing.State.allCases
    return groups.enumerated().sorted {
      (order.firstIndex(of: $0.element.state) ?? 0, $0.offset)
        < (order.firstIndex(of: $1.element.state) ?? 0, $1.offset)
    }.map(\.element)
  }

  private func entry(
    _ word: String, _ tone: Tone, _ reason: String, _ titles: [String], next: String
  ) -> [String] {
    let shown = isExplained ? titles : Array(titles.prefix(6))
    let more = titles.count - shown.count
    return paragraph(word, tone, reason)
      + shown.flatMap { paragraph("  cell", .faint, $0) }
      + (more > 0 ? paragraph("", nil, "and \(more) more; --explain names them all") : [])
      + (next.isEmpty ? [] : paragraph("  next", .faint, next))
  }

  private func paragraph(_ label: String, _ tone: Tone?, _ text: String) -> [String] {
    Paragraph(label: label, tone: tone, indent: 16, text: text).lines(width: width, style: style)
  }
}

extension Standing.State {
  /// The state in lower-case words.
  fileprivate var word: String { rawValue.replacing("-", with: " ") }

  fileprivate var tone: Tone {
    switch self {
    case .passed, .notApplicable, .accepted, .known: .good
    case .failed, .notOffered: .bad
    case .errored: .trouble
    case .blocked, .notPromised, .notRun, .missing, .running, .stale, .otherBaseline,
      .fromTheFuture:
      .doubt
    }
  }
}

extension WaiverReport.State {
  fileprivate var tone: Tone {
    switch self {
    case .used, .otherSet, .notAsked: .faint
    case .expired, .early, .tooLong, .tooWide, .unapproved, .otherFailure, .fixed, .noSuchCell:
      .doubt
    }
  }
}
