import Foundation
package import LodgeModel
import LodgeRelease

/// One contract, or all cases of one scenario, with what became of it on all sets.
///
/// The newest sets stand on its page, older ones on further ones (``Paging``).
package struct PromisePage {
  let site: Site
  let promise: Promise
  /// Its places in the outline.
  let places: [Int]
  let pages: any CellPages

  package init(_ site: Site, _ promise: Promise, places: [Int], pages: any CellPages) {
    (self.site, self.promise, self.places, self.pages) = (site, promise, places, pages)
  }

  /// The pages with their JSON twins, less those that a change of some sets cannot have changed.
  ///
  /// Where `touched` is nil, all.
  package func files(touched: Set<Int>? = nil) throws -> [SiteFile] {
    let sets = site.index.outline.sets.indices.filter { set in
      places.contains { site.index.entry(of: set, at: $0) != nil }
    }
    let paging = Self.paging(of: sets.count)
    // What was the last of the older pages leads elsewhere once there is another one.
    let before = touched.map { Self.paging(of: max(0, sets.count - $0.count)).older } ?? 0
    func leadsElsewhere(_ page: Int) -> Bool { page >= before && before < paging.older }
    return try paging.all.flatMap { page -> [SiteFile] in
      let own = sets[paging.range(of: page)]
      if let touched, let page, !leadsElsewhere(page), !own.contains(where: touched.contains) {
        return []
      }
      return try files(page: page, of: paging, Array(own))
    }
  }

  private static func paging(of sets: Int) -> Paging { Paging(rows: 20, count: sets) }

  private func files(page: Int?, of paging: Paging, _ sets: [Int]) throws -> [SiteFile] {
    let address = promise.address(older: page)
    var filling = site.frame(
      promise.title, at: address,
      below: [promise.kind == .contract ? ("contracts", .contracts) : ("scenarios", .scenarios)])
    filling.add(about(address))
    let tables = tables(sets, address)
    if !tables.isEmpty { filling["tables"] = tables }
    let older = paging.older(than: page).map { promise.address(older: $0) }
    if let older { filling["olderHref"] = address.reference(to: older) }
    if let page {
      filling["newerHref"] = address.reference(
        to: promise.address(older: paging.newer(than: page)))
    }
    let document = PromiseDocument(
      kind: promise.kind, id: promise.id, contract: promise.contract,
      scenarios: promise.scenarios, results: sets.map { result(of: $0, address) },
      older: older.map { address.reference(toFile: $0.json) })
    return try site.files(promise.kind.rawValue, at: address, filling, twin: document)
  }

  private func about(_ address: Address) -> Filling {
    func fact(_ name: String, _ told: String, _ href: Address? = nil) -> Filling? {
      guard !told.isEmpty else { return nil }
      var filling: Filling = ["fact": name, "told": told.visible]
      if let href { filling["toldHref"] = address.reference(to: href) }
      return filling
    }
    var filling: Filling = ["heading": promise.id.visible, "claim": promise.claim.visible]
    if let contract = promise.contract {
      filling["number"] = contract.catalogue
      let who = [contract.from, contract.to].map { $0.map(\.title).joined(separator: ", ") }
      filling["facts"] =
        ([
          fact("promise", "\(who[0]) to \(who[1])"),
          fact(
            "types",
            contract.types.isEmpty
              ? "the set as a whole" : contract.types.map(\.title).joined(separator: ", ")),
          fact("stages", contract.stages.map(\.rawValue).joined(separator: ", ")),
          fact("basis", contract.basis), fact("judged on", contract.judgedOn),
          fact("remedy", contract.remedy), fact("known case", contract.knownCase),
        ] + contract.needs.map { fact("needs", $0) }
        + contract.scenarios.map { fact("shown by", $0, .scenario($0)) }).compactMap(\.self)
      filling["again"] = "lodge check --set NAME --contract \(contract.catalogue)"
    } else if !promise.scenarios.isEmpty {
      let platforms = promise.scenarios.flatMap(\.platforms).reduce(into: [String]()) {
        known, one in
        if !known.contains(one) { known.append(one) }
      }
      filling["facts"] = [
        fact("type", promise.scenarios[0].type.title),
        fact("platforms", platforms.joined(separator: ", ")),
        fact("file", promise.scenarios[0].file),
      ].compactMap(\.self)
      filling["again"] = "lodge try \(promise.id) --set NAME"
      filling["cases"] = promise.scenarios.map { scenario in
        var filling: Filling = ["caseSteps": scenario.steps.map(\.visible)]
        if scenario.id != promise.id {
          filling["caseTitle"] = scenario.id.caseName.visible
          if scenario.claim != promise.claim { filling["caseClaim"] = scenario.claim.visible }
        }
        if !scenario.needs.isEmpty { filling["caseNeeds"] = scenario.needs.visible }
        return filling
      }
    }
    return filling
  }

  /// A table for the contract, or for each case of the scenario.
  private func tables(_ sets: [Int], _ address: Address) -> [Filling] {
    guard !sets.isEmpty else { return [] }
    let outline = site.index.outline
    let groups = Dictionary(grouping: places) { outline.places[$0].id }
    return groups.sorted { $0.key < $1.key }.map { id, places in
      let sorted = places.sorted {
        let (left, right) = (outline.places[$0], outline.places[$1])
        return (left.stage, left.type.order, left.platform ?? "")
          < (right.stage, right.type.order, right.platform ?? "")
      }
      let title = id.caseName.isEmpty ? "Results" : "Results of \(id.caseName)"
      return [
        "tableAnchor": "results" + (id.caseName.isEmpty ? "" : "-\(id.caseName.fileName)"),
        "tableTitle": title.visible,
        "resultColumns": sorted.map { place in
          let place = outline.places[place]
          let subject = place.platform?.visible ?? place.type.heading
          return promise.kind == .contract ? "\(place.type.heading) \(place.whereabouts)" : subject
        },
        "resultRows": sets.map { row(of: $0, at: sorted, address) },
      ] as Filling
    }
  }

  private func row(of set: Int, at places: [Int], _ address: Address) -> Filling {
    let about = site.index.outline.sets[set]
    let setHref = address.reference(to: .set(about.id))
    let cellHref = address.references(toCellsOf: about.id)
    return [
      "resultSetHref": setHref, "resultSet": about.name.visible,
      "resultId": about.id.short, "resultAt": about.seen.utc, "resultDay": about.seen.day,
      "results": places.map { place -> Filling in
        let entry = site.index.entry(of: set, at: place)
        let page = entry.flatMap { pages[$0.number] }
        return [
          "resultTone": (entry?.outcome.tone).style,
          "resultWord": entry?.outcome.word ?? "not asked",
          "resultHref": page.map(cellHref) ?? setHref,
        ]
      },
    ]
  }

  private func result(of set: Int, _ address: Address) -> PromiseDocument.Result {
    let about = site.index.outline.sets[set]
    let cellHref = address.references(toCellsOf: about.id)
    return PromiseDocument.Result(
      set: about.id, name: about.name,
      cells: places.compactMap { place in
        guard let entry = site.index.entry(of: set, at: place) else { return nil }
        let about = site.index.outline.places[place]
        return PromiseDocument.Entry(
          id: about.id, type: about.type, platform: about.platform, stage: about.stage,
          outcome: entry.outcome,
          href: pages[entry.number].map(cellHref))
      })
  }
}

/// What a page is about: a contract, or a scenario without its cases.
package struct Promise: Hashable, Sendable {
  package let kind: Cell.Kind
  /// Of a contract its id, of a scenario its id without the case.
  package let id: String
  /// Nil for one that this Lodge does not have.
  let contract: ContractText?
  let scenarios: [ScenarioText]

  package static func == (left: Self, right: Self) -> Bool {
    left.kind == right.kind && left.id == right.id
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(id)
  }

  var title: String { contract.map { "\($0.catalogue) \($0.id)" } ?? id }

  var claim: String {
    contract?.claim ?? scenarios.first?.claim
      ?? "This was recorded by another version of Lodge; this one does not have it."
  }

  func address(older page: Int? = nil) -> Address {
    switch kind {
    case .contract: .contract(contract?.catalogue ?? id, older: page)
    case .scenario: .scenario(id, older: page)
    }
  }
}

extension Site {
  /// The page of a promise.
  package func address(of promise: Promise) -> Address { promise.address() }

  /// The promise that a place is of.
  package func promise(of place: Outline.Place) -> Promise {
    let id = place.kind == .contract ? place.id : place.id.withoutCase
    return Promise(
      kind: place.kind, id: id, contract: place.kind == .contract ? contracts[id] : nil,
      scenarios: place.kind == .scenario ? scenarios[id] ?? [] : [])
  }

  /// All promises that there are: those that this Lodge has, and others that were recorded.
  package var promises: [(promise: Promise, places: [Int])] {
    var places: [Promise: [Int]] = [:]
    for (number, place) in index.outline.places.enumerated() {
      places[promise(of: place), default: []].append(number)
    }
    for contract in contracts.values {
      places[
        Promise(kind: .contract, id: contract.id, contract: contract, scenarios: []),
        default: []] += []
    }
    for (id, cases) in scenarios {
      places[Promise(kind: .scenario, id: id, contract: nil, scenarios: cases), default: []] += []
    }
    return places.map { ($0.key, $0.value) }.sorted { $0.0.sortKey < $1.0.sortKey }
  }
}

extension Promise {
  fileprivate var sortKey: String {
    kind == .contract ? "0 \(contract?.catalogue ?? "~") \(id)" : "1 \(id)"
  }
}

/// A contract or scenario with its results, as its page's JSON twin tells it.
struct PromiseDocument: Encodable {
  struct Result: Encodable {
    var set: Digest
    var name: String
    var cells: [Entry]
  }

  struct Entry: Encodable {
    var id: String
    var type: DomainType?
    var platform: String?
    var stage: Stage
    var outcome: Outcome
    var href: String?
  }

  let schema = "lodge.promise/1"
  var kind: Cell.Kind
  var id: String
  var contract: ContractText?
  var scenarios: [ScenarioText]
  /// The newest set first.
  var results: [Result]
  var older: String?
}

extension String {
  /// The case of a scenario's id, without its brackets; empty where it has none.
  var caseName: String {
    let claim = withoutCase
    return claim.utf8.count < utf8.count ? String(dropFirst(claim.count + 1).dropLast()) : ""
  }
}

extension DomainType? {
  /// The place among columns: what is confidential first, without a type last.
  var order: Int {
    switch self {
    case .plain: DomainType.confidential.count
    case .some(let type): DomainType.confidential.firstIndex(of: type) ?? .max
    case nil: DomainType.confidential.count + 1
    }
  }
}
