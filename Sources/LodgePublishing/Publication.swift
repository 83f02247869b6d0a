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
    /// Compares versions of a package, for waivers that are for some of them.
    package var order: @Sendable (_ version: String, _ other: String, Package) throws -> Int
    /// The version of Lodge, for people.
    package var version: String
    /// The program; where it is another one, all pages are made anew.
    package var maker: Digest
    /// The address of the site's root; nil where nobody knows it.
    package var base: String?
    /// What became otherwise between two sets.
    package var comparison:
      @Sendable (_ before: Results.BuildSet, _ after: Results.BuildSet) throws -> Comparison
    /// Told what is being written.
    package var progress: @Sendable (String) -> Void

    package init(
      contracts: [ContractText], scenarios: [ScenarioText], waivers: [Waiver],
      order: @escaping @Sendable (_ version: String, _ other: String, Package) throws -> Int,
      version: String, maker: Digest, base: String?,
      comparison:
        @escaping @Sendable (_ before: Results.BuildSet, _ after: Results.BuildSet) throws ->
        Comparison,
      progress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
      (self.contracts, self.scenarios) = (contracts, scenarios)
      (self.waivers, self.order) = (waivers, order)
      (self.version, self.maker, self.base) = (version, maker, base)
      (self.comparison, self.progress) = (comparison, progress)
    }
  }

  package init(_ ledger: Ledger, to folder: SiteFolder, _ supplies: Supplies) {
    (self.ledger, self.folder, self.supplies) = (ledger, folder, supplies)
  }

  /// Writes what changed; gives how much that was, and how many sets the site has.
  ///
  /// The index of the ledger is made where it is not given.
  package func write(
    _ index: SiteIndex? = nil, underWay: [RunUnderWay] = [], at now: Date = .now
  ) async throws -> (SiteFolder.Tally, sets: Int) {
    let index = try index ?? SiteIndex(ledger.outline())
    try requireDistinct(index)
    let site = Site(index, contracts: supplies.contracts, scenarios: supplies.scenarios)
    let waivers = supplies.waivers.filter { !$0.hasEnded(at: now) }.map {
      (waiver: $0, words: "\($0)")
    }
    let known = try known(index)
    var (state, digests) = known
    var touched: Set<Int> = []
    var tally = try await withThrowingTaskGroup(of: SiteFolder.Tally.self) { group in
      var tally = SiteFolder.Tally()
      var running = 0
      // The oldest first: pages name what was there before.
      for set in index.outline.sets.indices.reversed() {
        try Task.checkCancellation()
        let id = index.outline.sets[set].id
        let (cells, page) = fingerprints(of: set, index, waivers)
        let made = PublishedState.Made(cells: cells, page: page)
        guard state.sets[id] != made, let recorded = try ledger.everything(of: id) else { continue }
        supplies.progress("\(index.outline.sets[set].name) \(id.short)")
        var documents: SetCells?
        if state.sets[id]?.cells != cells {
          let cells = try SetCells(site, set: set, recorded)
          for one in cells.published { digests.set(one.digest, of: one.number) }
          documents = cells
          touched.insert(set)
        }
        if running == Self.width, let done = try await group.next() {
          tally += done
          running -= 1
        }
        let (pages, own) = (digests, documents)
        let holding = try waivers.filter {
          try $0.waiver.scope.holds(for: id, of: recorded.lock.packages, order: supplies.order)
        }.map(\.waiver)
        group.addTask { try await publish(set, recorded, own, holding, site, pages) }
        running += 1
        state.sets[id] = made
      }
      for try await done in group { tally += done }
      return tally
    }
    let made = overviewsMade(index, underWay, at: now)
    let (changed, pages, isNew) = (touched, digests, state.overviews != made)
    let asked = state.sets.count == changed.count ? nil : changed
    async let promises = promises(asked, site, pages)
    async let fronts = isNew ? fronts(site, pages, underWay, at: now) : []
    async let records = pages.isGrown ? pages.bytes : nil
    tally += try await compare(changed, site, pages)
    if isNew { tally += try overviews(changed, site, pages) }
    tally += try await promises
    tally += try folder.write(try await fronts)
    state.overviews = made
    if let records = await records { try folder.keep(records, as: "cells") }
    if state != known.state {
      try folder.keep(try CanonicalJSON.encode(state, pretty: false), as: "state.json")
    }
    return (tally, index.outline.sets.count)
  }

  /// What was published before, as far as it is still of use.
  ///
  /// A site that has nothing in common with the ledger is somebody else's.
  private func known(
    _ index: SiteIndex
  ) throws(PublishingFailure) -> (state: PublishedState, digests: CellDigests) {
    let (mark, maker) = (mark(of: index), maker)
    let empty = PublishedState(maker: maker, ledger: mark)
    guard let bytes = folder.own("state.json"),
      let state = try? CanonicalJSON.decode(PublishedState.self, from: bytes),
      state.schema == PublishedState.currentSchema
    else { return (empty, CellDigests()) }
    guard
      state.sets.isEmpty || index.outline.sets.contains(where: { state.sets[$0.id] != nil })
    else { throw .otherLedger(folder.path, sets: state.sets.count) }
    guard state.ledger == mark, let digests = CellDigests(folder.own("cells") ?? Data())
    else { return (empty, CellDigests()) }
    return (state.maker == maker ? state : empty, digests)
  }

  /// What makes pages: the program, and the words of the scenarios that it was given.
  private var maker: Digest {
    let words = supplies.scenarios.flatMap { scenario in
      [scenario.id, scenario.claim, scenario.type.rawValue, scenario.needs, scenario.file]
        + scenario.platforms + scenario.steps
    }
    return Digest(of: Data("\(supplies.maker)\0\(words.joined(separator: "\0"))".utf8))
  }

  /// What the pages that tell of all sets are made of, in few words.
  private func overviewsMade(
    _ index: SiteIndex, _ underWay: [RunUnderWay], at now: Date
  ) -> String {
    let outline = index.outline
    let sets = "\(outline.sets.count) sets, \(outline.sets.map(\.seen).max()?.utc ?? "never")"
    let entries = "\(outline.entries.count) entries to \(outline.entries.last?.number ?? 0)"
    let waivers = supplies.waivers.map { "\($0)" }.joined()
    let runs = underWay.map { "\($0)" }.joined()
    // How long waivers still count is told in days.
    return
      "\(sets), \(entries), on \(now.utc.prefix(10)), base \(supplies.base ?? "none"),"
      + " \(Digest(of: Data((waivers + runs).utf8)).half)"
  }

  /// What tells a ledger from another one: how it began.
  private func mark(of index: SiteIndex) -> String {
    guard let first = index.outline.runs.min(by: { $0.key < $1.key }) else { return "" }
    return "\(first.key) \(first.value.began.timeIntervalSince1970) \(first.value.lab)"
  }

  /// What the pages of a set are made of, in few words: those of its cells, and its own.
  ///
  /// A cell's page is what was seen, whoever waives it; the set's page tells of that.
  private func fingerprints(
    of set: Int, _ index: SiteIndex, _ waivers: [(waiver: Waiver, words: String)]
  ) -> (cells: String, page: String) {
    func last(_ set: Int) -> String {
      let entries = index.entries(of: set)
      return "\(entries.last?.number ?? 0)/\(entries.count)"
    }
    let about = index.outline.sets[set]
    let before = index.predecessor(of: set).map { "\(index.outline.sets[$0].id.half) \(last($0))" }
    let after = index.successor(of: set).map { "\(index.outline.sets[$0].id.half) \(last($0))" }
    let cells = "\(about.name) \(last(set)) after \(before ?? "nothing")"
    var page = "\(about.seen.timeIntervalSince1970) before \(after ?? "nothing")"
    let concerning = waivers.filter { waiver, _ in
      if case .set(let id) = waiver.scope { id == about.id } else { true }
    }
    if !concerning.isEmpty {
      page += " waived \(Digest(of: Data(concerning.map(\.words).joined().utf8)).half)"
    }
    return (cells, page)
  }

  /// Refuses a ledger in which two sets would have one address.
  private func requireDistinct(_ index: SiteIndex) throws(PublishingFailure) {
    var known: Set<String> = []
    for set in index.outline.sets where !known.insert(set.id.half).inserted {
      throw PublishingFailure.ambiguous(set.id.half)
    }
  }

  /// How many sets are written at once.
  private static let width = ProcessInfo.processInfo.activeProcessorCount

  /// Writes the pages of a set, and those of its cells where they are given.
  private func publish(
    _ set: Int, _ recorded: RecordedSet, _ cells: SetCells?, _ waivers: [Waiver], _ site: Site,
    _ digests: CellDigests
  ) async throws -> SiteFolder.Tally {
    var files: [SiteFile] = []
    if let cells {
      let ledger = ledger
      files += cells.documents
      files += await cells.pages(digests) { try? ledger.content($0) }
      files += try artefacts(of: recorded)
    }
    files += try SetPage(site, set: set, recorded, waivers: waivers, pages: digests).files
    files += Badges(site).files(of: set)
    let own = "set/\(recorded.id.half)"
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
  ) async throws -> SiteFolder.Tally {
    let pairs = site.index.outline.sets.indices.compactMap { after in
      site.index.predecessor(of: after).flatMap { before in
        touched.contains(after) || touched.contains(before) ? (before, after) : nil
      }
    }
    let (ledger, folder, supplies) = (ledger, folder, supplies)
    return try await inParallel(pairs) { before, after in
      let (old, new) = (site.index.outline.sets[before].id, site.index.outline.sets[after].id)
      guard let older = try ledger.latest(id: old), let newer = try ledger.latest(id: new) else {
        return SiteFolder.Tally()
      }
      let comparison = try supplies.comparison(older, newer)
      return try folder.write(
        try ComparisonPage(site, from: before, to: after, comparison, pages: digests).files)
    }.reduce(into: SiteFolder.Tally()) { $0 += $1 }
  }

  /// The pages of contracts and scenarios of which anything changed; all of them for nil.
  private func promises(
    _ touched: Set<Int>?, _ site: Site, _ digests: CellDigests
  ) async throws -> SiteFolder.Tally {
    let folder = folder
    let asked = site.promises.filter { promise, places in
      guard let touched, folder.has(site.address(of: promise).html) else { return true }
      return touched.contains { set in
        places.contains { site.index.entry(of: set, at: $0) != nil }
      }
    }
    let tallies = try await inParallel(asked) { promise, places in
      try folder.write(
        try PromisePage(site, promise, places: places, pages: digests).files(touched: touched))
    }
    return tallies.reduce(into: SiteFolder.Tally()) { $0 += $1 }
  }

  /// The lists, and the pages of names of which anything changed.
  private func overviews(
    _ touched: Set<Int>, _ site: Site, _ digests: CellDigests
  ) throws -> SiteFolder.Tally {
    let index = site.index
    var files = SiteAssets.files
    files += try CataloguePage(site, of: .contract).files
    files += try CataloguePage(site, of: .scenario).files
    for name in Set(touched.flatMap { index.outline.sets[$0].names }) {
      let reasons = try ledger.reasons(of: NamePage.asked(name, index))
      files += try NamePage(site, name, reasons: reasons).files
      files += Badges(site).files(ofName: name)
    }
    return try folder.write(files)
  }

  /// The pages that lead to all others, the front page last; they are written once those are there.
  private func fronts(
    _ site: Site, _ digests: CellDigests, _ underWay: [RunUnderWay], at now: Date
  ) async throws -> [SiteFile] {
    let index = site.index
    var files = try WaiversPage(site, supplies.waivers, at: now).files
    files += try AboutPage(site, madeBy: supplies.version).files
    files += [Spreadsheet(site).file, Feed(site, base: supplies.base).file]
    for page in MatrixPage.all(of: index.outline.sets.count) {
      let reasons = try ledger.reasons(of: MatrixPage.asked(index, page: page))
      files += try MatrixPage(
        site, older: page, reasons: reasons, pages: digests,
        underWay: page == nil ? underWay : []
      ).files
    }
    return files
  }
}
