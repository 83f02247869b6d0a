package import Foundation
package import LodgeModel

/// The pages of all cells of one set, in two steps: first the documents, whose digests give each page
/// its address, then the pages, which name each other.
package struct SetCells: Sendable {
  /// What one run saw of a place, as it is published.
  package struct Published: Sendable {
    package let number: Int64
    /// The digest of ``bytes``.
    package let digest: Digest
    package let bytes: Data
    let document: CellDocument
  }

  private let site: Site
  private let set: Int
  package let published: [Published]

  /// Writes the documents of all that was recorded of a set.
  ///
  /// - Throws: `EncodingError` for numbers that JSON cannot hold, as only a damaged record has.
  package init(_ site: Site, set: Int, _ recorded: RecordedSet) throws {
    (self.site, self.set) = (site, set)
    let runs = recorded.runsByNumber
    published = try recorded.seen.compactMap { seen in
      guard let run = runs[seen.run] else { return nil }
      let document = CellDocument(seen.cell, of: recorded.id, in: run)
      let bytes = try CanonicalJSON.encode(document, pretty: false)
      return Published(
        number: seen.number, digest: Digest(of: bytes), bytes: bytes, document: document)
    }
  }

  /// The documents as files.
  package var documents: [SiteFile] {
    published.map { one in
      SiteFile(path: Address.cell(one.digest, of: one.document.set).json, bytes: one.bytes)
    }
  }

  /// The pages of some of what was published, as many at once as there are cores.
  ///
  /// `content` gives the bytes of what a scenario left.
  package func pages(
    _ pages: any CellPages, content: @escaping @Sendable (Digest) -> Data?
  ) async -> [SiteFile] {
    let about = site.index.outline.sets[set]
    let entries = site.index.entriesByPlace(of: set)
    let places = Dictionary(
      uniqueKeysWithValues: site.index.outline.places.enumerated().map { ($1, $0) })
    let (site, set) = (site, set)
    let render = { @Sendable (one: Published) -> SiteFile in
      let place = places[Outline.Place(one.document.cell)]
      let own = place.flatMap { entries[$0] } ?? []
      let earlier = own.filter { $0.number < one.number }.reversed()
      let older = place.map { site.index.older(than: set, at: $0, limit: Self.history) } ?? []
      let successor = own.last.flatMap { $0.number == one.number ? nil : $0 }
      return CellPage(
        site: site, document: one.document, digest: one.digest, set: about, successor: successor,
        history: Array((earlier + older).prefix(Self.history)), pages: pages, content: content
      ).html
    }
    let width = ProcessInfo.processInfo.activeProcessorCount
    let size = max(1, (published.count + width - 1) / width)
    return await withTaskGroup(of: [SiteFile].self) { group in
      for start in stride(from: 0, to: published.count, by: size) {
        let part = published[start..<min(start + size, published.count)]
        group.addTask { part.map(render) }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  /// How many earlier observations stand on a page.
  private static let history = 12
}
