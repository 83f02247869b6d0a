import LodgeModel
package import LodgeRelease

/// How every waiver stands before a policy, on one set.
package struct WaiverList {
  private let verdict: Verdict
  private let style: Style
  private let width: Int

  package init(_ verdict: Verdict, style: Style = .plain, width: Int = 100) {
    (self.verdict, self.style, self.width) = (verdict, style, max(40, width))
  }

  /// The lines, without a newline at the end.
  package var text: String {
    let title =
      "\(count(verdict.waivers.count, "waiver")) before"
      + " \(verdict.policy.name), on \(verdict.set.name) \(verdict.set.id.short)"
    let lines = verdict.waivers.flatMap { report -> [String] in
      let waiver = report.waiver
      let people = "by \(waiver.author)" + (waiver.approver.map { ", approved by \($0)" } ?? "")
      let facts = [
        "\(waiver.cell.title), \(waiver.scope.title), until \(waiver.expires.utc)",
        "\(people): \(waiver.reason) (\(waiver.issue))",
      ]
      return paragraph(report.state.word, waiver.id + ": " + report.state.sentence, .doubt)
        + facts.flatMap { paragraph("", $0, nil) }
    }
    return ([style.paint(title.visible, .title)] + lines).joined(separator: "\n")
  }

  private func paragraph(_ label: String, _ text: String, _ tone: Tone?) -> [String] {
    Paragraph(label: label, tone: tone, indent: 16, text: text).lines(width: width, style: style)
  }
}
