import Foundation
package import LodgeModel

/// The list of all contracts, or of all scenarios, with the newest verdicts.
package struct CataloguePage {
  let site: Site
  let kind: Cell.Kind

  package init(_ site: Site, of kind: Cell.Kind) { (self.site, self.kind) = (site, kind) }

  /// How many names have a column.
  private static let columns = 6

  private var address: Address { kind == .contract ? .contracts : .scenarios }

  /// The page and its JSON twin.
  package var files: [SiteFile] {
    get throws {
      let own = site.promises.filter { $0.promise.kind == kind }
      let newest = Array(site.index.newestOfNames.prefix(Self.columns))
      var filling = site.frame(kind == .contract ? "Contracts" : "Scenarios", at: address)
      let chapters = Dictionary(grouping: own) { Chapter(of: $0.promise) }
      filling["chapters"] = chapters.sorted { $0.key < $1.key }.map { chapter, entries in
        self.chapter(chapter, entries, newest)
      }
      let document = CatalogueDocument(
        promises: own.map { promise, places in
          CatalogueDocument.Entry(
            kind: promise.kind, id: promise.id, catalogue: promise.contract?.catalogue,
            claim: promise.claim, href: address.reference(to: promise.address()),
            newest: newest.map { set in
              CatalogueDocument.Newest(
                set: site.index.outline.sets[set].id, name: site.index.outline.sets[set].name,
                outcome: worst(of: set, places))
            })
        })
      return try site.files(address.path, at: address, filling, twin: document)
    }
  }

  private func chapter(
    _ chapter: Chapter, _ entries: [(promise: Promise, places: [Int])], _ newest: [Int]
  ) -> Filling {
    [
      "chapter": chapter.title, "chapterAnchor": chapter.anchor,
      "chapterCaption": "\(chapter.title), with the newest set of each name",
      "entryTitle": kind.rawValue,
      "newestSets": newest.map { set in
        let about = site.index.outline.sets[set]
        return [
          "newestHref": address.reference(to: .set(about.id)), "newestName": about.name.visible,
        ] as Filling
      },
      "entries": entries.map { promise, places in
        var filling: Filling = [
          "entryHref": address.reference(to: promise.address()), "entryId": promise.id.visible,
          "entryClaim": promise.claim.visible,
          "entryVerdicts": newest.map { set -> Filling in
            let outcome = worst(of: set, places)
            return [
              "entryWord": outcome?.word ?? "not asked", "entryTone": (outcome?.tone).style,
            ]
          },
        ]
        if let number = promise.contract?.catalogue { filling["entryNumber"] = number }
        return filling
      },
    ]
  }

  private func worst(of set: Int, _ places: [Int]) -> Outcome? {
    let outcomes = Set(places.compactMap { site.index.entry(of: set, at: $0)?.outcome })
    return [.fail, .error, .blocked, .notRun, .pass, .notApplicable].first(where: outcomes.contains)
  }

  /// The parts of a list: by the member that promises, or the type that is launched.
  private struct Chapter: Hashable, Comparable {
    let rank: Int
    let title: String

    init(of promise: Promise) {
      let head = promise.id.prefix { $0 != "." && $0 != "/" }
      if promise.kind == .contract, promise.contract != nil {
        let member = Member(rawValue: String(head))
        rank = member.flatMap { Member.allCases.firstIndex(of: $0) } ?? Member.allCases.count
        title = member?.title ?? "The set as a whole"
      } else if promise.kind == .scenario, let type = promise.scenarios.first?.type {
        (rank, title) = (Optional(type).order, type.title)
      } else {
        (rank, title) = (.max, "Recorded by another version of Lodge")
      }
    }

    var anchor: String {
      title.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    }

    static func < (left: Self, right: Self) -> Bool {
      (left.rank, left.title) < (right.rank, right.title)
    }
  }
}

/// All contracts or scenarios, as their page's JSON twin tells them.
struct CatalogueDocument: Encodable {
  struct Entry: Encodable {
    var kind: Cell.Kind
    var id: String
    var catalogue: String?
    var claim: String
    var href: String
    var newest: [Newest]
  }

  /// The worst outcome on the newest set of a name; nil where it was not asked.
  struct Newest: Encodable {
    var set: Digest
    var name: String
    var outcome: Outcome?
  }

  let schema = "lodge.catalogue/1"
  var promises: [Entry]
}
