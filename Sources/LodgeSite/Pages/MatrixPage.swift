import Foundation
package import LodgeModel
import LodgeRelease

/// The front page: whether the newest builds work, and all sets by domain type.
///
/// The newest sets stand on the first page, older ones on further ones (``Paging``).
package struct MatrixPage {
  let site: Site
  /// Nil for the first page.
  let number: Int?
  let reasons: [Int64: String]
  let pages: any CellPages
  /// What is not recorded yet, where it is shown live.
  let underWay: [RunUnderWay]

  /// The pages on which so many sets stand.
  private static func paging(of sets: Int) -> Paging { Paging(rows: 150, count: sets) }

  /// The pages, the oldest sets first; nil stands for the first page.
  package static func all(of sets: Int) -> [Int?] { paging(of: sets).all }

  /// The sets of a page, as places in the outline.
  package static func sets(of page: Int?, among count: Int) -> Range<Int> {
    paging(of: count).range(of: page)
  }

  /// The outcomes whose reasons a page shows.
  package static func asked(_ index: SiteIndex, page: Int?) -> [Int64] {
    let sets = Array(sets(of: page, among: index.outline.sets.count))
    return index.worst(of: sets + (page == nil ? index.newestOfNames : []))
  }

  package init(
    _ site: Site, older number: Int? = nil, reasons: [Int64: String], pages: any CellPages,
    underWay: [RunUnderWay] = []
  ) {
    (self.site, self.number, self.reasons) = (site, number, reasons)
    (self.pages, self.underWay) = (pages, underWay)
  }

  private var address: Address { number.map { .matrix(older: $0) } ?? .matrix }
  private var index: SiteIndex { site.index }
  private var range: Range<Int> { paging.range(of: number) }

  /// The page and its JSON twin.
  package var files: [SiteFile] {
    get throws {
      try site.files("matrix", at: address, filling, twin: document)
    }
  }

  private var document: MatrixDocument {
    MatrixDocument(
      sets: range.map { MatrixDocument.Row(site, set: $0, from: address) },
      older: older.map { address.reference(toFile: Address.matrix(older: $0).json) })
  }

  private var paging: Paging { Self.paging(of: index.outline.sets.count) }

  /// The page of older sets behind this one.
  private var older: Int? { paging.older(than: number) }

  private var filling: Filling {
    var filling = site.frame(
      number.map { "Compatibility matrix, older sets \($0)" } ?? "Compatibility matrix", at: address
    )
    filling["script"] = true
    let isWhole = older == nil && number == nil
    let table = SetTable(
      site: site, sets: Array(range),
      caption: isWhole ? "All sets, the newest first" : "Sets, the newest first",
      address: address, reasons: reasons)
    filling.add(table.filling)
    if number == nil { filling["newest"] = index.newestOfNames.map(card) }
    if number == nil, let (words, tone) = headline {
      filling["headline"] = words
      filling["headlineTone"] = tone.style
    }
    if let older { filling["olderHref"] = address.reference(to: .matrix(older: older)) }
    if let number {
      let newer = paging.newer(than: number)
      filling["newerHref"] = address.reference(to: newer.map { .matrix(older: $0) } ?? .matrix)
    }
    if !underWay.isEmpty {
      filling["underWay"] = ["runs": underWay.map(run)] as Filling
    }
    return filling
  }

  /// How the newest sets of all names stand, in a few words; nil where there are none.
  private var headline: (words: String, tone: Tone?)? {
    let words = index.newestOfNames.map { index.together($0) }
    guard !words.isEmpty else { return nil }
    let counts = [Tone.bad, .trouble, .doubt].map { tone in words.filter { $0.tone == tone } }
    let told = counts.filter { !$0.isEmpty }.enumerated().map { place, group in
      let kinds = group.map(\.kind).reduce(into: [String]()) { known, kind in
        if !known.contains(kind) { known.append(kind) }
      }
      let number = place == 0 ? "\(group.count) of \(words.count)" : "\(group.count)"
      return "\(number) \(kinds.joined(separator: " or "))"
    }
    guard let first = counts.first(where: { !$0.isEmpty })?.first else {
      return (words.count == 1 ? "it passes" : "all \(words.count) pass", .good)
    }
    return (told.joined(separator: ", "), first.tone)
  }

  private func run(_ run: RunUnderWay) -> Filling {
    let names = run.names.isEmpty ? "sets" : run.names.joined(separator: ", ")
    return [
      "runName": names.visible, "run": "\(run.run)", "runLab": run.lab.visible,
      "runAt": run.began.utc, "runWhen": run.began.minute,
      "runProgress": "\(count(run.cells, "cell")) recorded so far",
    ]
  }

  /// What stands of the newest set of a name.
  private func card(_ set: Int) -> Filling {
    let about = index.outline.sets[set]
    let types = index.types(of: set).sorted { rank($0, set) < rank($1, set) }
    var filling = site.newest(set, from: address)
    filling["newestName"] = about.name.visible
    filling["newestNameHref"] = address.reference(to: .name(about.name))
    filling["newestVerdicts"] = types.map { type -> Filling in
      let verdict = index.verdict(on: type, of: set)
      return [
        "verdictTone": (verdict?.tone).style, "verdictType": type.heading,
        "verdictHref": address.reference(to: .set(about.id), type.anchor),
        "verdictWord": verdict?.title ?? "not asked",
      ]
    }
    let reds = types.compactMap { index.worst(of: set, $0) }
    if let red = reds.first, let reason = reasons[red.number], let page = pages[red.number] {
      filling["firstRed"] =
        [
          "firstRedHref": address.reference(to: .cell(page, of: about.id)),
          "firstRedTitle": site.title(of: index.outline.places[red.place]),
          "firstRedReason": reason.visible.cut(toScalars: 240),
        ] as Filling
    }
    return filling
  }

  /// The worst types come first.
  private func rank(_ type: DomainType?, _ set: Int) -> Int {
    switch index.verdict(on: type, of: set)?.tone {
    case .bad: 0
    case .trouble: 1
    case .doubt: 2
    case .good: 3
    case .faint, .title, nil: 4
    }
  }
}

/// The matrix as its JSON twin tells it.
struct MatrixDocument: Encodable {
  struct Row: Encodable {
    var id: Digest
    var name: String
    var seen: Date
    var packages: Int
    var href: String
    var verdicts: [Verdict]
  }

  struct Verdict: Encodable {
    /// Nil for the set as a whole.
    var type: DomainType?
    var stage: Stage
    /// In words, as the page has it.
    var verdict: String
    /// How many cells have which outcome; outcomes without any are left out.
    var counts: [String: Int]
    /// How many platforms its domains were launched on.
    var platforms: Int

    private enum CodingKeys: CodingKey { case type, stage, verdict, counts, platforms }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(type, forKey: .type)
      try container.encode(stage, forKey: .stage)
      try container.encode(verdict, forKey: .verdict)
      try container.encode(counts, forKey: .counts)
      try container.encode(platforms, forKey: .platforms)
    }
  }

  let schema = "lodge.matrix/1"
  /// The newest first.
  var sets: [Row]
  /// Where older sets stand; nil where there are none.
  var older: String?
}

extension MatrixDocument.Row {
  /// What the matrix says of a set, for a page.
  init(_ site: Site, set: Int, from address: Address) {
    let about = site.index.outline.sets[set]
    (id, name, seen, packages) = (about.id, about.name, about.seen, about.packages)
    href = address.reference(to: .set(about.id))
    verdicts = site.index.verdicts(of: set)
  }
}

extension SiteIndex {
  /// Every verdict of a set, by type and stage.
  func verdicts(of set: Int) -> [MatrixDocument.Verdict] {
    types(of: set).flatMap { type in
      stages(of: set, type).compactMap { stage in
        guard let verdict = verdict(on: type, at: stage, of: set) else { return nil }
        let counts = counts(of: set, type, at: stage).map { ($0.key.rawValue, $0.value) }
        return MatrixDocument.Verdict(
          type: type, stage: stage, verdict: verdict.title,
          counts: Dictionary(uniqueKeysWithValues: counts),
          platforms: stage == .launch ? platforms(of: set, type) : 0)
      }
    }
  }
}
