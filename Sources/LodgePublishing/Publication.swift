package import Foundation
import LodgeHost
package import LodgeLedger
package import LodgeModel
package import LodgeRelease
package import LodgeSite

/// A site being written from a ledger: what changed since the last time, and nothing else.
///
/// Pages are written from the leaves to the front page, so that no link ever leads nowhere, and what
/// was done is remembered last, so that a publisher that was killed does it again.
package struct Publication: Sendable {
  package let ledger: Ledger
  package let folder: SiteFolder
  /// What the ledger does not hold, and pages need.
  package let supplies: Supplies

  /// What pages need besides a ledger.
  package struct Supplies: Sendable {
    package var contracts: [ContractText]
    package var scenarios: [ScenarioText]
    package var waivers: [Waiver]
    /// The version of Lodge, for people.
    package var version: String
    /// What makes pages; where it is another one, all are made anew.
    package var maker: Digest
    /// The address of the site's root; nil where nobody knows it.
    package var base: String?
    /// What became otherwise between two sets.
    package var comparison:
      @Sendable (_ before: Results.BuildSet, _ after: Results.BuildSet) throws -> Comparison
    /// Told what is being written.
    package var progress: @Sendable (String) -> Void

    package init(
      contracts: [ContractText], scenarios: [ScenarioText], waivers: [Waiver], version: String,
      maker: Digest, base: String?,
      comparison:
        @escaping @Sendable (_ before: Results.BuildSet, _ after: Results.BuildSet) throws ->
        Comparison,
      progress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
      (self.contracts, self.scenarios, self.waivers) = (contracts, scenarios, waivers)
      (self.version, self.maker, self.base) = (version, maker, base)
      (self.comparison, self.progress) = (comparison, progress)
    }
  }

  package init(_ ledger: Ledger, to folder: SiteFolder, _ supplies: Supplies) {
    (self.ledger, self.folder, self.supplies) = (ledger, folder, supplies)
  }

  /// Writes what changed; gives how much that was, and how many sets the site has.
  package func write(
    underWay: [MatrixPage.UnderWay] = [], at now: Date = .now
  ) async throws -> (SiteFolder.Tally, sets: Int) {
    let index = SiteIndex(try ledger.outline())
    try requireDistinct(index)
    let site = Site(index, contracts: supplies.contracts, scenarios: supplies.scenarios)
    var state = known(index)
    var digests = CellDigests(folder.own("cells") ?? Data()) ?? CellDigests()
    if state.ledger != mark(of: index) { digests = CellDigests() }
    state.ledger = mark(of: index)
    var tally = SiteFolder.Tally()
    var touched: Set<Int> = []
    // The oldest first: pages name what was there before.
    for set in index.outline.sets.indices.reversed() {
      try Task.checkCancellation()
      let id = index.outline.sets[set].id
      let (cells, page) = fingerprints(of: set, index)
      guard state.sets[id] != PublishedState.Made(cells: cells, page: page) else { continue }
      let isNew = state.sets[id]?.cells != cells
      supplies.progress("\(index.outline.sets[set].name) \(id.short)")
      tally += try await publish(set, site, &digests, withCells: isNew)
      if isNew { touched.insert(set) }
      state.sets[id] = PublishedState.Made(cells: cells, page: page)
    }
    tally += try compare(touched, site, digests)
    tally += try promises(touched, site, digests, all: state.sets.count == touched.count)
    tally += try overviews(site, digests, underWay, at: now)
    try folder.keep(digests.bytes, as: "cells")
    try folder.keep(try CanonicalJSON.encode(state, pretty: false), as: "state.json")
    return (tally, index.outline.sets.count)
  }

  /// What was published before, as far as it is still of use.
  private func known(_ index: SiteIndex) -> PublishedState {
    let empty = PublishedState(maker: supplies.maker, ledger: mark(of: index))
    guard let bytes = folder.own("state.json"),
      let state = try? CanonicalJSON.decode(PublishedState.self, from: bytes),
      state.schema == PublishedState.currentSchema
    else { return empty }
    return state.maker == supplies.maker && state.ledger == mark(of: index)
      ? state : PublishedState(maker: supplies.maker, ledger: state.ledger)
  }

  /// What tells a ledger from another one: how it began.
  private func mark(of index: SiteIndex) -> String {
    guard let first = index.outline.runs.min(by: { $0.key < $1.key }) else { return "" }
    return "\(first.key) \(first.value.began.timeIntervalSince1970) \(first.value.lab)"
  }

  /// What the pages of a set are made of, in few words: those of its cells, and its own.
  private func fingerprints(of set: Int, _ index: SiteIndex) -> (cells: String, page: String) {
    func last(_ set: Int) -> String {
      let entries = index.entries(of: set)
      return "\(entries.last?.number ?? 0)/\(entries.count)"
    }
    let about = index.outline.sets[set]
    let before = index.predecessor(of: set).map { "\(index.outline.sets[$0].id.half) \(last($0))" }
    let after = index.successor(of: set).map { "\(index.outline.sets[$0].id.half) \(last($0))" }
    let cells = "\(about.name) \(last(set)) after \(before ?? "nothing")"
    return (cells, "\(about.seen.timeIntervalSince1970) before \(after ?? "nothing")")
  }

  /// Refuses a ledger in which two sets would have one address.
  private func requireDistinct(_ index: SiteIndex) throws(PublishingFailure) {
    var known: Set<String> = []
    for set in index.outline.sets where !known.insert(set.id.half).inserted {
      throw PublishingFailure.ambiguous(set.id.half)
    }
  }

  /// Writes the pages of a set, and those of its cells where they are asked for.
  private func publish(
    _ set: Int, _ site: Site, _ digests: inout CellDigests, withCells: Bool
  ) async throws -> SiteFolder.Tally {
    let id = site.index.outline.sets[set].id
    guard let recorded = try ledger.everything(of: id) else { return SiteFolder.Tally() }
    var files: [SiteFile] = []
    if withCells {
      let cells = try SetCells(site, set: set, recorded)
      for one in cells.published { digests[one.number] = one.digest.half }
      files += cells.documents
      let ledger = ledger
      files += await cells.pages(digests) { try? ledger.content($0) }
      files += try artefacts(of: recorded)
    }
    files += try SetPage(site, set: set, recorded, pages: digests).files
    files += Badges(site).files(of: set)
    let own = "set/\(id.half)"
    guard folder.has(own) else {
      let (inside, outside) = (
        files.filter { $0.path.hasPrefix("\(own)/") },
        files.filter { !$0.path.hasPrefix("\(own)/") }
      )
      var tally = try folder.write(outside)
      tally += try folder.make(own, of: inside)
      return tally
    }
    return try folder.write(files)
  }

  /// What scenarios left, each once.
  private func artefacts(of recorded: RecordedSet) throws -> [SiteFile] {
    var known: Set<String> = []
    return try recorded.seen.flatMap(\.cell.artefacts).compactMap { artefact in
      guard known.insert(artefact.path).inserted, !folder.has(artefact.path),
        let bytes = try ledger.content(artefact.digest)
      else { return nil }
      return SiteFile(path: artefact.path, bytes: bytes)
    }
  }

  /// The comparisons of sets that changed with those around them.
  private func compare(
    _ touched: Set<Int>, _ site: Site, _ digests: CellDigests
  ) throws -> SiteFolder.Tally {
    var tally = SiteFolder.Tally()
    for after in site.index.outline.sets.indices {
      guard let before = site.index.predecessor(of: after),
        touched.contains(after) || touched.contains(before)
      else { continue }
      try Task.checkCancellation()
      let (old, new) = (
        site.index.outline.sets[before].id, site.index.outline.sets[after].id
      )
      guard let older = try ledger.latest(id: old), let newer = try ledger.latest(id: new) else {
        continue
      }
      let comparison = try supplies.comparison(older, newer)
      tally += try folder.write(
        try ComparisonPage(site, from: before, to: after, comparison, pages: digests).files)
    }
    return tally
  }

  /// The pages of contracts and scenarios of which anything changed.
  private func promises(
    _ touched: Set<Int>, _ site: Site, _ digests: CellDigests, all: Bool
  ) throws -> SiteFolder.Tally {
    var tally = SiteFolder.Tally()
    for (promise, places) in site.promises {
      let isTouched = touched.contains { set in
        places.contains { site.index.entry(of: set, at: $0) != nil }
      }
      guard isTouched || all || !folder.has(site.address(of: promise).html) else { continue }
      tally += try folder.write(
        try PromisePage(site, promise, places: places, pages: digests).files)
    }
    return tally
  }

  /// The pages that tell of all sets, the front page last.
  private func overviews(
    _ site: Site, _ digests: CellDigests, _ underWay: [MatrixPage.UnderWay], at now: Date
  ) throws -> SiteFolder.Tally {
    let index = site.index
    var files = SiteAssets.files
    files += try CataloguePage(site, of: .contract).files
    files += try CataloguePage(site, of: .scenario).files
    files += try WaiversPage(site, supplies.waivers, at: now).files
    files += try AboutPage(site, madeBy: supplies.version).files
    for name in Set(index.outline.sets.map(\.name)) {
      let reasons = try ledger.reasons(of: NamePage.asked(name, index))
      files += try NamePage(site, name, reasons: reasons).files
    }
    files += Badges(site).filesOfNames
    files += [Spreadsheet(site).file, Feed(site, base: supplies.base).file]
    let older = MatrixPage.olderPages(of: index.outline.sets.count)
    for page in (older > 0 ? Array(1...older) : []).map(Optional.some) + [nil] {
      let reasons = try ledger.reasons(of: MatrixPage.asked(index, page: page))
      files += try MatrixPage(
        site, older: page, reasons: reasons, pages: digests,
        underWay: page == nil ? underWay : []
      ).files
    }
    return try folder.write(files)
  }
}
