import Foundation
import LodgeModel
import LodgeRelease

/// What all pages of one site share.
package struct Site: Sendable {
  package let index: SiteIndex
  /// By id.
  let contracts: [String: ContractText]
  /// By id without the case.
  let scenarios: [String: [ScenarioText]]
  let templates: Templates

  package init(
    _ index: SiteIndex, contracts: [ContractText], scenarios: [ScenarioText],
    templates: Templates = .builtIn
  ) {
    (self.index, self.templates) = (index, templates)
    self.contracts = Dictionary(contracts.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    self.scenarios = Dictionary(grouping: scenarios) { $0.id.withoutCase }
  }

  /// A page and its JSON twin.
  func files(
    _ template: String, at address: Address, _ filling: Filling, twin: some Encodable
  ) throws -> [SiteFile] {
    [
      SiteFile(path: address.html, text: templates.page(template, at: address, filling)),
      SiteFile(path: address.json, bytes: try CanonicalJSON.encode(twin, pretty: false)),
    ]
  }

  /// What every page has: its title, where it is, and what stands above it.
  func frame(
    _ title: String, at address: Address, below crumbs: [(String, Address)] = []
  ) -> Filling {
    let name = address.json.split(separator: "/").last.map(String.init) ?? address.json
    return [
      "title": title.visible, "twin": name.reference,
      "crumbs": ([("matrix", .matrix)] + crumbs).map { crumb, place in
        ["crumb": crumb.visible, "crumbHref": address.reference(to: place)] as Filling
      },
    ]
  }

  /// What is told of the newest set of a name, wherever that is.
  func newest(_ set: Int, from address: Address) -> Filling {
    let about = index.outline.sets[set]
    let together = index.together(set)
    return [
      "newestTone": together.tone.style, "newestWord": together.kind,
      "newestHref": address.reference(to: .set(about.id)), "newestId": about.id.short,
      "newestAt": about.seen.utc, "newestWhen": about.seen.minute,
      "newestReach": index.reach(of: set).words,
    ]
  }

  /// The number and id of a contract, or the id of a scenario.
  func title(of place: Outline.Place) -> String {
    guard place.kind == .contract, let number = contracts[place.id]?.catalogue else {
      return place.id.visible
    }
    return "\(number) \(place.id)".visible
  }

  /// The page of a contract or scenario.
  func address(of place: Outline.Place) -> Address {
    promise(of: place).address()
  }

  /// What is claimed; what was recorded of promises that this Lodge does not know has no words.
  func claim(of place: Outline.Place) -> String {
    switch place.kind {
    case .contract: contracts[place.id]?.claim ?? "a contract that this Lodge does not have"
    case .scenario:
      scenarios[place.id.withoutCase]?.first { $0.id == place.id }?.claim
        ?? scenarios[place.id.withoutCase]?.first?.claim
        ?? "a scenario that the publisher does not have"
    }
  }
}

/// The digests of cells that have a page, by the number of their outcome.
package protocol CellPages: Sendable {
  /// The first half of the digest; nil for an outcome without a page.
  subscript(number: Int64) -> String? { get }
}

extension Outline.Place {
  /// Where it is, beside the type: `on amd-milan-snp at launch`.
  var whereabouts: String {
    (platform.map { "on \($0.visible) " } ?? "") + "at \(stage.rawValue)"
  }
}

extension DomainType? {
  /// The part of a set's page.
  var anchor: String { self?.rawValue ?? "set" }

  /// What columns and headings call it.
  var heading: String { self?.title ?? "whole set" }
}

extension Tone {
  /// The class of the style sheet.
  var style: String {
    switch self {
    case .good: "good"
    case .bad: "bad"
    case .trouble: "trouble"
    case .doubt: "doubt"
    case .title, .faint: "faint"
    }
  }
}

extension Tone? {
  /// The class of the style sheet; what means nothing to the eye is faint.
  var style: String { (self ?? .faint).style }
}

extension Outcome {
  /// What the outcome means to the eye.
  var tone: Tone {
    switch self {
    case .pass: .good
    case .fail: .bad
    case .error, .blocked: .trouble
    case .notRun: .doubt
    case .notApplicable: .faint
    }
  }

  /// The outcome as tables write it.
  var word: String { self == .fail ? "FAIL" : title }
}

extension [Stage] {
  /// Stages as a sentence lists them.
  var words: String {
    isEmpty ? "no stage" : map(\.rawValue).joined(separator: ", ")
  }
}

extension Date {
  /// The day in UTC, for people: `2026-11-27`.
  var day: String { String(utc.prefix(10)) }

  /// The minute in UTC, for people: `2026-11-27 14:03 UTC`.
  var minute: String { "\(utc.prefix(10)) \(utc.dropFirst(11).prefix(5)) UTC" }
}
