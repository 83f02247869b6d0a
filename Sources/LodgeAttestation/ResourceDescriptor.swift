package import LodgeModel

/// Something that a statement names, by its SHA-256 and by a name or a URI.
///
/// **Source:** in-toto attestation v1, resource_descriptor.md and digest_set.md.
package struct ResourceDescriptor: Codable, Equatable, Sendable {
  /// A name that tells it from what stands beside it.
  package let name: String?
  package let uri: String?
  package var sha256: Digest { digest.sha256 }
  private let digest: Digests

  package init(name: String? = nil, uri: String? = nil, sha256: Digest) {
    (self.name, self.uri, digest) = (name, uri, Digests(sha256: sha256))
  }

  /// Digests by algorithm, written as digits alone; other algorithms are left out.
  private struct Digests: Codable, Equatable {
    var sha256: Digest

    private enum CodingKeys: String, CodingKey { case sha256 }

    init(sha256: Digest) { self.sha256 = sha256 }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let text = try container.decode(String.self, forKey: .sha256)
      guard text.utf8.count == 64, let digest = Digest(text) else {
        throw DecodingError.dataCorruptedError(
          forKey: .sha256, in: container, debugDescription: "no SHA-256 digest")
      }
      sha256 = digest
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(sha256.hex, forKey: .sha256)
    }
  }
}
