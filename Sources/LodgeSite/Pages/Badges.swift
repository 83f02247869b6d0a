import LodgeModel

/// The pictures that pages elsewhere show: of each set, and of the newest set of each name.
package struct Badges {
  let site: Site

  package init(_ site: Site) { self.site = site }

  static func path(ofName name: String, _ type: DomainType? = nil) -> String {
    "badge/name/\(name.fileName)\(type.map { "-\($0.rawValue)" } ?? "").svg"
  }

  /// Those of one set, beside its page.
  package func files(of set: Int) -> [SiteFile] {
    let about = site.index.outline.sets[set]
    return badges(set) { type in
      "set/\(about.id.half)/badge\(type.map { "-\($0.rawValue)" } ?? "").svg"
    }
  }

  /// Those of the newest set of a name; none where no set has it any more.
  package func files(ofName name: String) -> [SiteFile] {
    let newest = site.index.outline.sets.firstIndex { $0.name == name }
    return newest.map { set in badges(set) { Self.path(ofName: name, $0) } } ?? []
  }

  private func badges(_ set: Int, _ path: (DomainType?) -> String) -> [SiteFile] {
    let name = site.index.outline.sets[set].name.visible.cut(toScalars: 40)
    let types = site.index.types(of: set).compactMap(\.self)
    let whole = site.index.together(set)
    let all = Badge(subject: name, verdict: whole.title, tone: whole.tone)
    return [SiteFile(path: path(nil), text: all.svg)]
      + types.compactMap { type in
        site.index.verdict(on: type, of: set).map { verdict in
          let badge = Badge(
            subject: "\(name) \(type.title)", verdict: verdict.title, tone: verdict.tone)
          return SiteFile(path: path(type), text: badge.svg)
        }
      }
  }
}
