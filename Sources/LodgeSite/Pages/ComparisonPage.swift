import Foundation
import LodgeModel
package import LodgeRelease

/// What became otherwise between a set and the one that had its name before.
package struct ComparisonPage {
  let site: Site
  /// The places of both among the sets of the outline.
  let before: Int
  let after: Int
  let comparison: Comparison
  let pages: any CellPages

  /// Changes of one category that stand on the page.
  private static let shown = 200
  /// Lines of a changelog that stand on the page.
  private static let lines = 400

  package init(
    _ site: Site, from before: Int, to after: Int, _ comparison: Comparison, pages: any CellPages
  ) {
    (self.site, self.before, self.after) = (site, before, after)
    (self.comparison, self.pages) = (comparison, pages)
  }

  private var sets: (before: Outline.BuildSet, after: Outline.BuildSet) {
    (site.index.outline.sets[before], site.index.outline.sets[after])
  }

  private var address: Address { .comparison(sets.before.id, sets.after.id) }

  /// The page and its JSON twin.
  package var files: [SiteFile] {
    get throws {
      try site.files("comparison", at: address, filling, twin: comparison)
    }
  }

  private var filling: Filling {
    let (older, newer) = sets
    var filling = site.frame(
      "\(older.name) \(older.id.short) to \(newer.name) \(newer.id.short)", at: address,
      below: [("\(newer.name) \(newer.id.short)", .set(newer.id))])
    for (side, set) in [("before", older), ("after", newer)] {
      filling["\(side)Name"] = set.name.visible
      filling["\(side)Id"] = set.id.short
      filling["\(side)Href"] = address.reference(to: .set(set.id))
      filling["\(side)At"] = set.seen.utc
      filling["\(side)When"] = set.seen.day
    }
    let places = Dictionary(
      site.index.outline.places.enumerated().map { ($1, $0) },
      uniquingKeysWith: { first, _ in first })
    let categories = CellChanges.Category.allCases.filter { !comparison.cells.of($0).isEmpty }
    filling["counts"] =
      categories.map { category in
        [
          "count": "\(comparison.cells.of(category).count)", "countWord": category.title,
          "countTone": category.tone.style, "countAnchor": category.anchor,
        ] as Filling
      } + [
        [
          "count": "\(comparison.cells.unchanged)", "countWord": "unchanged", "countTone": "faint",
        ] as Filling
      ]
    if !categories.isEmpty { filling["categories"] = categories.map { self.category($0, places) } }
    filling.add(measurements)
    filling.add(packages)
    filling.add(evidence)
    return filling
  }

  private func category(
    _ category: CellChanges.Category, _ places: [Outline.Place: Int]
  ) -> Filling {
    let changes = comparison.cells.of(category)
    var filling: Filling = [
      "category": category.title, "categoryAnchor": category.anchor,
      "categoryTone": category.tone.style, "categoryCount": "\(changes.count)",
      "categoryMeaning": category.meaning,
      "changes": changes.prefix(Self.shown).map { change -> Filling in
        let place = Outline.Place(
          kind: change.claim.kind, id: change.claim.id, type: change.claim.type,
          platform: change.claim.platform, stage: change.stage)
        let type = change.claim.type.map { " \($0.title)" } ?? ""
        return [
          "changeHref": href(of: places[place]),
          "changeTitle": "\(site.title(of: place))\(type) \(place.whereabouts)",
          "was": change.before?.word ?? "not asked", "wasTone": (change.before?.tone).style,
          "is": change.after?.word ?? "not asked", "isTone": (change.after?.tone).style,
          "changeReason": change.reason.visible,
        ]
      },
    ]
    if changes.count > Self.shown {
      filling["categoryMore"] = "And \(changes.count - Self.shown) more, all of them in the JSON."
    }
    return filling
  }

  /// The page of what is there now; of what was there before, for what is there no longer.
  private func href(of place: Int?) -> String {
    guard let place else { return address.reference(to: .set(sets.after.id)) }
    for set in [after, before] {
      if let entry = site.index.entry(of: set, at: place), let page = pages[entry.number] {
        return address.reference(to: .cell(page, of: site.index.outline.sets[set].id))
      }
    }
    return address.reference(to: .set(sets.after.id))
  }

  private var measurements: Filling {
    let changed = comparison.difference.measurements
    let same = comparison.difference.unchanged
    var filling: Filling = [
      "measurementSentence": changed.isEmpty && same == 0
        ? "No launch was measured on both."
        : "\(count(changed.count, "launch")) \(changed.count == 1 ? "is" : "are") measured otherwise, \(same) alike."
    ]
    guard !changed.isEmpty else { return filling }
    filling["hasMeasurements"] = true
    filling["measurements"] = changed.prefix(Self.shown).map { change in
      [
        "launch": "\(change.scenario) on \(change.platform) \(change.domain)".visible,
        "measuredBefore": change.before.visible, "measuredAfter": change.after.visible,
        "difference": (change.differences.first ?? "the same calls were measured otherwise")
          .visible,
      ] as Filling
    }
    return filling
  }

  private var packages: Filling {
    let changes = comparison.packages.changes
    var filling: Filling = [
      "packageSentence": changes.isEmpty
        ? "Both have the same packages." : "\(count(changes.count, "package")) changed."
    ]
    guard !changes.isEmpty else { return filling }
    filling["hasPackages"] = true
    filling["packages"] = changes.map { change -> Filling in
      var filling: Filling = [
        "package": change.name.visible, "member": change.member?.title ?? "the rest",
        "kind": change.kind.rawValue, "versionBefore": change.before?.visible ?? "not there",
        "versionAfter": change.after?.visible ?? "not there",
      ]
      if let former = change.formerName { filling["formerName"] = former.visible }
      return filling
    }
    filling["changelogs"] = comparison.packages.changelogs.map { log -> Filling in
      let lines = log.lines(Self.lines)
      var filling: Filling = [
        "logTitle":
          "\(log.source.isEmpty ? log.packages.joined(separator: ", ") : log.source), \(log.before) to \(log.after)"
          .visible
      ]
      if lines.isEmpty { filling["logNote"] = "its changelog says nothing of it" }
      if !lines.isEmpty { filling["logText"] = lines.map(\.visible).joined(separator: "\n") }
      return filling
    }
    return filling
  }

  private var evidence: Filling {
    let changes = comparison.evidence
    if !changes.unknown.isEmpty {
      return ["evidenceSentence": changes.unknown.joined(separator: "; ").visible]
    }
    return [
      "evidenceSentence":
        "\(count(changes.facts.count, "fact")) differ\(changes.facts.count == 1 ? "s" : ""), \(changes.unchanged) are alike.",
      "evidence": changes.facts.map { fact in
        let more = fact.added + fact.removed + fact.changed - fact.entries.count
        return [
          "factTitle": fact.title.visible,
          "factCounts": "\(fact.added) added, \(fact.removed) removed, \(fact.changed) changed",
          "factLines": fact.entries.map { entry in
            "\(entry.path): \(entry.before.isEmpty ? "not there" : entry.before) -> \(entry.after.isEmpty ? "not there" : entry.after)"
              .visible
          } + (more > 0 ? ["and \(more) more"] : []),
        ] as Filling
      },
    ]
  }
}

extension CellChanges.Category {
  /// The part of the page.
  fileprivate var anchor: String { title.replacing(" ", with: "-") }

  /// What a cell of the category is.
  fileprivate var meaning: String {
    switch self {
    case .newFailures: "Cells that fail and did not fail before"
    case .fixed: "Cells that failed and pass"
    case .stillFailing: "Cells that failed and fail"
    case .newlyNotRun: "Cells that were judged, and that nobody judged now"
    case .newlyJudged: "Cells that nobody judged before, and that are not red"
    case .appeared: "Cells of which nothing was recorded before"
    case .disappeared: "Cells of which nothing is recorded now"
    case .other: "Cells that changed in another way"
    }
  }
}
