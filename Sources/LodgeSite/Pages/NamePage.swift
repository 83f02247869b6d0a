import LodgeModel
import LodgeRelease

/// All sets of one name: the address that stays while builds come and go.
package struct NamePage {
  let site: Site
  let name: String
  let reasons: [Int64: String]

  /// How many sets it shows; the matrix has all.
  private static let rows = 200

  /// Prepares the page of a name that some set has.
  package init(_ site: Site, _ name: String, reasons: [Int64: String]) {
    (self.site, self.name, self.reasons) = (site, name, reasons)
  }

  /// The sets of a name that its page shows, the newest first.
  package static func sets(of name: String, _ index: SiteIndex) -> [Int] {
    Array(
      index.outline.sets.indices.lazy.filter { index.outline.sets[$0].name == name }.prefix(rows))
  }

  /// The outcomes whose reasons the page shows.
  package static func asked(_ name: String, _ index: SiteIndex) -> [Int64] {
    sets(of: name, index).flatMap { set in
      index.types.compactMap { index.worst(of: set, $0)?.number }
    }
  }

  /// The page and its JSON twin.
  package var files: [SiteFile] {
    get throws {
      let address = Address.name(name)
      let sets = Self.sets(of: name, site.index)
      guard let newest = sets.first else { return [] }
      let about = site.index.outline.sets[newest]
      let together = site.index.together(newest)
      var filling = site.frame(name, at: address)
      let table = SetTable(
        site: site, sets: sets, caption: "All sets of \(name), the newest first",
        address: address, reasons: reasons)
      filling.add(table.filling)
      filling["name"] = name.visible
      filling["script"] = true
      filling["newestTone"] = Tone?.some(together.tone).style
      filling["newestWord"] = together.kind
      filling["newestHref"] = address.reference(to: .set(about.id))
      filling["newestId"] = about.id.short
      filling["newestAt"] = about.seen.utc
      filling["newestWhen"] = about.seen.minute
      filling["newestReach"] = site.index.reach(of: newest).words
      filling["badgeHref"] = address.reference(toFile: Badges.path(ofName: name))
      if let good = sets.first(where: isGood), good != newest {
        let set = site.index.outline.sets[good]
        let next = sets.last { $0 < good } ?? newest
        filling["lastGood"] =
          [
            "lastGoodHref": address.reference(to: .set(set.id)), "lastGoodId": set.id.short,
            "lastGoodAt": set.seen.utc, "lastGoodWhen": set.seen.day,
            "lastGoodCompareHref": address.reference(
              to: .comparison(set.id, site.index.outline.sets[next].id)),
          ] as Filling
      }
      let document = MatrixDocument(
        sets: sets.map { MatrixDocument.Row(site, set: $0, from: address) }, older: nil)
      return [
        SiteFile(path: address.html, text: site.templates.page("name", at: address, filling)),
        SiteFile(path: address.json, bytes: try CanonicalJSON.encode(document, pretty: false)),
      ]
    }
  }

  private func isGood(_ set: Int) -> Bool {
    switch site.index.together(set) {
    case .pass: true
    default: false
    }
  }
}
