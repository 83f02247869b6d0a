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
    index.worst(of: sets(of: name, index))
  }

  /// The page and its JSON twin.
  package var files: [SiteFile] {
    get throws {
      let address = Address.name(name)
      let sets = Self.sets(of: name, site.index)
      guard let newest = sets.first else { return [] }
      var filling = site.frame(name, at: address)
      let table = SetTable(
        site: site, sets: sets, caption: "All sets of \(name), the newest first",
        address: address, reasons: reasons)
      filling.add(table.filling)
      filling["name"] = name.visible
      filling["script"] = true
      filling.add(site.newest(newest, from: address))
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
      return try site.files("name", at: address, filling, twin: document)
    }
  }

  private func isGood(_ set: Int) -> Bool {
    switch site.index.together(set) {
    case .pass: true
    default: false
    }
  }
}
