import Foundation
import LodgeModel
import LodgeRelease

/// The Atom feed (RFC 4287): an entry for each of the newest sets, with what broke since the one before.
package struct Feed {
  let site: Site
  /// The address of the site's root; nil where the publisher does not know it.
  let base: String?

  /// How many sets have an entry.
  private static let entries = 50
  /// How many cells an entry names.
  private static let named = 40

  package init(_ site: Site, base: String?) { (self.site, self.base) = (site, base) }

  package var file: SiteFile {
    let sets = site.index.outline.sets.indices.prefix(Self.entries)
    let newest =
      sets.map { site.index.outline.sets[$0].seen }.max() ?? Date(timeIntervalSince1970: 0)
    let root = base.map { $0.hasSuffix("/") ? $0 : "\($0)/" } ?? ""
    let own = root.isEmpty ? "" : "<link rel=\"self\" href=\"\(markup(root))feed.atom\"/>\n"
    return SiteFile(
      path: "feed.atom",
      text: """
        <?xml version="1.0" encoding="utf-8"?>
        <feed xmlns="http://www.w3.org/2005/Atom">
        <id>\(root.isEmpty ? "urn:lodge:matrix" : markup(root))</id>
        <title>Compatibility matrix</title>
        <updated>\(newest.utc)</updated>
        <author><name>Lodge</name></author>
        <link rel="alternate" type="text/html" href="\(markup(root))index.html"/>
        \(own)\(sets.map { entry(of: $0, root) }.joined())</feed>

        """)
  }

  private func entry(of set: Int, _ root: String) -> String {
    let about = site.index.outline.sets[set]
    let broken = regressions(of: set)
    let verdicts = site.index.types(of: set).map { type in
      "\(type.heading): \(site.index.verdict(on: type, of: set)?.title ?? "not asked")"
    }.joined(separator: "; ")
    let more = broken.count > Self.named ? ["and \(broken.count - Self.named) more"] : []
    let content =
      ([verdicts]
      + (broken.isEmpty
        ? [] : ["New failures since the set before:"] + broken.prefix(Self.named) + more))
      .map { "\($0)\n" }.joined()
    let word =
      broken.isEmpty
      ? site.index.together(set).title
      : "\(site.index.together(set).title), \(count(broken.count, "new failure"))"
    return """
      <entry>
      <id>urn:lodge:set:\(about.id.hex)</id>
      <title>\(markup("\(about.name) \(about.id.short): \(word)"))</title>
      <updated>\(about.seen.utc)</updated>
      <category term="\(broken.isEmpty ? "set" : "regression")"/>
      <link rel="alternate" type="text/html" href="\(markup(root))\(Address.set(about.id).html)"/>
      <content type="text">\(markup(content))</content>
      </entry>

      """
  }

  /// The cells that fail and did not fail on the set before.
  private func regressions(of set: Int) -> [String] {
    guard let before = site.index.predecessor(of: set) else { return [] }
    return site.index.outline.places.indices.compactMap { place in
      guard let now = site.index.entry(of: set, at: place)?.outcome,
        CellChanges.Category(
          from: site.index.entry(of: before, at: place)?.outcome, to: now) == .newFailures
      else { return nil }
      let about = site.index.outline.places[place]
      let type = about.type.map { " \($0.title)" } ?? ""
      return "\(site.title(of: about))\(type) \(about.whereabouts)"
    }
  }

  private func markup(_ text: String) -> String {
    StrictMarkup().escapeText(
      text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visible }
        .joined(separator: "\n"))
  }
}

/// All verdicts as one CSV (RFC 4180): a line for each set, type and stage.
package struct Spreadsheet {
  let site: Site

  package init(_ site: Site) { self.site = site }

  package var file: SiteFile {
    let outcomes = Outcome.allCases
    let titles =
      ["set", "name", "seen", "type", "stage", "verdict"] + outcomes.map(\.rawValue)
      + ["platforms", "page"]
    let lines = site.index.outline.sets.indices.flatMap { set -> [String] in
      let about = site.index.outline.sets[set]
      return site.index.verdicts(of: set).map { verdict in
        ([
          about.id.description, about.name, about.seen.utc, verdict.type?.rawValue ?? "set",
          verdict.stage.rawValue, verdict.verdict,
        ] + outcomes.map { "\(verdict.counts[$0.rawValue] ?? 0)" }
          + ["\(verdict.platforms)", Address.set(about.id).html]).map(Self.field)
          .joined(separator: ",")
      }
    }
    let all = [titles.joined(separator: ",")] + lines
    return SiteFile(path: "matrix.csv", text: all.map { "\($0)\r\n" }.joined())
  }

  /// One field; what a spreadsheet would take for a formula has a quote before it.
  private static func field(_ text: String) -> String {
    let text = text.visible
    let isFormula = text.first.map { "=+-@".contains($0) } ?? false
    let safe = isFormula ? "'\(text)" : text
    return safe.contains { "\",".contains($0) } ? "\"\(safe.replacing("\"", with: "\"\""))\"" : safe
  }
}
