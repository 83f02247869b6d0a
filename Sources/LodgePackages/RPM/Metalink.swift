import Foundation
import LodgeHost
import LodgeWeb
import LodgeXML

/// Which mirrors have a repository, and what its `repomd.xml` may be.
///
/// **Source:** Metalink 3.0 with MirrorManager's `mm0:alternates`; yum's and librepo's reading of it.
struct Metalink: Equatable, Sendable {
  /// The bases of the mirrors, the preferred ones first.
  var bases: [String]
  /// What the index may be: the newest, and older ones that mirrors still have.
  var checksums: [Checksum]

  /// Reads the text of a metalink.
  ///
  /// - Throws: ``PackageFailure`` naming the repository, where it names no mirror or no checksum.
  init(reading bytes: Data, of repository: String) throws(PackageFailure) {
    func refusal(_ reason: String) -> PackageFailure {
      .repository(
        repository, reason: "its metalink \(reason)", remedy: "check the address of the metalink")
    }
    let root: XMLElement
    do throws(XMLFailure) {
      root = try XMLElement(parsing: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw refusal("cannot be read: \(error)")
    }
    let files = root.descendants(named: "file")
    guard let file = files.first(where: { $0.attribute("name") == "repomd.xml" }) else {
      throw refusal("names no repomd.xml")
    }
    let urls = file.descendants(named: "url").filter { url in
      ["http://", "https://"].contains { url.text.hasPrefix($0) }
        && url.text.hasSuffix(Self.tail)
    }
    let preference = { (url: XMLElement) in url.attribute("preference").flatMap { Int($0) } ?? 0 }
    bases = urls.enumerated()
      .sorted { (preference($1.element), $0.offset) < (preference($0.element), $1.offset) }
      .map { String($0.element.text.dropLast(Self.tail.count)) }
    checksums = file.descendants(named: "hash").compactMap { hash in
      hash.attribute("type").flatMap { Checksum(kind: $0, hex: hash.text) }
    }
    guard !bases.isEmpty else { throw refusal("names no mirror that is reached by http or https") }
    guard !checksums.isEmpty else { throw refusal("has no checksum of SHA-256 or better") }
  }

  /// Reads the metalink at an address.
  ///
  /// - Throws: ``PackageFailure`` naming the repository.
  init(at address: String, of repository: String, web: Web) async throws(PackageFailure) {
    let text: Data
    do throws(WebFailure) { text = try await web.read(address, limit: 4 << 20) } catch {
      throw .repository(
        repository, reason: "its metalink cannot be read: \(error)", remedy: "check its address")
    }
    try self.init(reading: text, of: repository)
  }

  private static let tail = "/repodata/repomd.xml"
}

extension XMLElement {
  /// All elements of a name below this one, in the order of the document.
  fileprivate func descendants(named name: String) -> [XMLElement] {
    children.flatMap { ($0.name == name ? [$0] : []) + $0.descendants(named: name) }
  }
}
