package import Foundation
package import LodgeHost
import LodgeXML

/// What a repository has at one moment: its metadata files by digest, as `repomd.xml` lists them.
///
/// **Source:** createrepo_c 1.x, src/xml_dump_repomd.c.
package struct RepositoryIndex: Equatable, Sendable {
  /// One metadata file.
  package struct Record: Equatable, Sendable {
    /// Where it lies below the repository.
    package var location: String
    /// Of the file as it is published.
    package var checksum: Checksum
    /// Of what it unpacks to; nil where it is not said.
    package var openChecksum: Checksum?
    /// Bytes of the file as it is published; nil where it is not said.
    package var size: Int?
    /// Bytes that it unpacks to; nil where it is not said.
    package var openSize: Int?
  }

  /// The records by their type, such as `primary` and `filelists`.
  package var records: [String: Record]

  /// The most that such an index may have, in bytes: real ones have a few thousand.
  package static let limit = 1 << 20

  /// Reads the text of `repomd.xml`.
  ///
  /// - Throws: ``PackageFailure`` naming the repository, for what is no such document, has no
  ///   primary metadata, leads out of the repository, or has only checksums that are not trusted.
  package init(reading bytes: Data, of repository: String) throws(PackageFailure) {
    func refusal(_ reason: String) -> PackageFailure {
      .repository(
        repository, reason: "its repodata/repomd.xml \(reason)",
        remedy: "check that its address is the folder above repodata")
    }
    let root: XMLElement
    do throws(XMLFailure) {
      let bounds = XMLElement.Bounds(bytes: Self.limit, elements: 10_000)
      root = try XMLElement(parsing: String(decoding: bytes, as: UTF8.self), within: bounds)
    } catch {
      throw refusal("cannot be read: \(error)")
    }
    guard root.name == "repomd" else { throw refusal("is no index of a repository") }
    records = [:]
    for data in root.children where data.name == "data" {
      guard let type = data.attribute("type") else { continue }
      let wanted = ["primary", "filelists"].contains(type)
      do throws(RecordFailure) { records[type] = try Record(data) } catch {
        // What nobody reads may be written in ways that nobody knows.
        if wanted { throw refusal("lists \(type) metadata \(error.reason)") }
      }
    }
    guard records["primary"] != nil else { throw refusal("lists no primary metadata") }
  }
}

private struct RecordFailure: Error { var reason: String }

extension RepositoryIndex.Record {
  fileprivate init(_ data: XMLElement) throws(RecordFailure) {
    guard let location = data.values(at: "location/@href").first,
      let place = RepositoryPath(location)
    else { throw RecordFailure(reason: "that is not below the repository") }
    self.location = place.text
    guard let checksum = Self.checksum("checksum", data) else {
      throw RecordFailure(reason: "without a checksum of SHA-256 or better")
    }
    self.checksum = checksum
    openChecksum = Self.checksum("open-checksum", data)
    size = data.values(at: "size").first.flatMap { Int($0) }
    openSize = data.values(at: "open-size").first.flatMap { Int($0) }
  }

  private static func checksum(_ name: String, _ data: XMLElement) -> Checksum? {
    data.children.first { $0.name == name }.flatMap { element in
      element.attribute("type").flatMap { Checksum(kind: $0, hex: element.text) }
    }
  }
}

/// A path below the base of a repository, as metadata gives it; what leads elsewhere is none.
package struct RepositoryPath: Equatable, Sendable {
  package let text: String

  /// Checks a path; nil for one that is absolute, has `..` or a scheme, or is no plain text.
  package init?(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = path.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    guard isPlain, !path.isEmpty, path.utf8.count < 4096, !path.hasPrefix("/"),
      !path.contains("://"), !path.contains("?"), !path.contains("#"),
      !parts.contains("..")
    else { return nil }
    text = path
  }
}
