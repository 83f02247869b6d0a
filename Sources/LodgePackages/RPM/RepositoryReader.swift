import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel
import LodgeWeb

/// Reads one repository of a set: its index, its metadata and its keys, each checked.
///
/// Metadata is kept by its digest and read from there the next time; the index is asked for anew,
/// unless the set works offline.
struct RepositoryReader: Sendable {
  let repository: RPMWish.Repository
  let wish: RPMWish
  let store: Store
  let web: Web
  let offline: Bool

  /// What a repository has at one moment.
  struct State: Sendable {
    /// Where it can be had; nil offline.
    var base: String?
    /// The bytes of its index.
    var bytes: Data
    var index: RepositoryIndex
    var keys: SetKeys
  }

  /// Metadata that is not the one which the index lists: the repository changed in between.
  struct OtherState: Error { var failure: PackageFailure }

  /// Asks for the index, or takes the one that was read last.
  ///
  /// - Throws: ``PackageFailure`` naming the repository, for no answer, another one than an index,
  ///   or a signature that is missing or wrong where it is wanted.
  func state() async throws -> State {
    let keys = try await keys()
    if offline {
      guard let bytes = try? Data(contentsOf: URL(filePath: indexFile)) else {
        throw failure("nothing is known of it yet", "run once with a network, without --offline")
      }
      return State(
        base: nil, bytes: bytes, index: try RepositoryIndex(reading: bytes, of: repository.id),
        keys: keys)
    }
    let (base, bytes) = try await newestIndex()
    if repository.isMetadataSigned {
      let signature = try await read(
        "\(base)/repodata/repomd.xml.asc", limit: 1 << 16,
        "it has no signature of its index (repodata/repomd.xml.asc)")
      try await MetadataSignature.check(
        bytes, signature: signature, keys: keys, of: repository.id, scratch: store.scratch)
    }
    let index = try RepositoryIndex(reading: bytes, of: repository.id)
    try store.replace(bytes, at: indexFile)
    return State(base: base, bytes: bytes, index: index, keys: keys)
  }

  /// The index as it is now, with the base that it came from.
  private func newestIndex() async throws -> (base: String, bytes: Data) {
    let address: String
    switch repository.address {
    case .base(let text): return (filled(text), try await index(of: filled(text)))
    case .metalink(let text): address = filled(text)
    }
    let metalink = try await Metalink(at: address, of: repository.id, web: web)
    var last: (any Error)?
    for base in metalink.bases.prefix(8) {
      do {
        let bytes = try await index(of: base)
        if metalink.checksums.contains(where: { Checksum($0.kind, of: bytes) == $0 }) {
          return (base, bytes)
        }
        last = failure(
          "the index of mirror \(base) is none that the metalink lists", "try again later")
      } catch { last = error }
    }
    throw last ?? failure("its metalink names no mirror", "check the address of the metalink")
  }

  private func index(of base: String) async throws -> Data {
    try await read(
      "\(base)/repodata/repomd.xml", limit: RepositoryIndex.limit, "its index cannot be read")
  }

  /// The uncompressed metadata of a type; nil where the index lists none.
  ///
  /// - Throws: ``OtherState`` where it is not what the index lists, and ``PackageFailure``.
  func metadata(_ type: String, in state: State) async throws -> Data? {
    guard let record = state.index.records[type] else { return nil }
    let place = store.metadataFile(record.checksum)
    if !lstatExists(place) { try await fetch(record, type, in: state, to: place) }
    let packed: Data
    do { packed = try Data(contentsOf: URL(filePath: place)) } catch {
      throw StorageFailure("cannot read", place, error)
    }
    let text = try unpacked(packed, record, type, at: place)
    guard !text.hasText("<!DOCTYPE") else {
      throw failure(
        "its \(type) metadata declares a document type, as XML bombs do",
        "use another repository; package metadata never has one")
    }
    return text
  }

  private func fetch(
    _ record: RepositoryIndex.Record, _ type: String, in state: State, to place: String
  ) async throws {
    guard let base = state.base else {
      throw failure("its \(type) metadata is not in the store", "run once without --offline")
    }
    let unfinished = store.scratch.fresh("metadata")
    defer { unlink(unfinished) }
    do throws(WebFailure) {
      try await web.download(
        "\(base)/\(record.location)", to: unfinished, size: record.size,
        limit: record.size ?? 1 << 30)
    } catch {
      switch error {
      case .otherSize, .tooLarge: throw otherState(type, record)
      case .status(_, code: 404, _): throw otherState(type, record)
      default: throw failure("its \(type) metadata cannot be read: \(error)", "try again")
      }
    }
    guard try Checksum(record.checksum.kind, ofFile: unfinished) == record.checksum else {
      throw otherState(type, record)
    }
    try publish(unfinished, as: place)
  }

  private func otherState(_ type: String, _ record: RepositoryIndex.Record) -> OtherState {
    OtherState(
      failure: failure(
        "\(record.location) is not the \(type) metadata that its repodata/repomd.xml lists:"
          + " they are from two states of the repository",
        "it is being updated or half copied: try again later, or use another mirror"))
  }

  private func unpacked(
    _ packed: Data, _ record: RepositoryIndex.Record, _ type: String, at place: String
  ) throws -> Data {
    let limit = min(record.openSize ?? (64 << 20 + 100 * packed.count), 4 << 30)
    let text: Data
    do throws(DecompressionFailure) {
      text = try Decompression.decompress(packed, limit: limit)
    } catch {
      throw failure("its \(type) metadata is refused: \(error)", "use another repository")
    }
    let isWhole = record.openChecksum.map { Checksum($0.kind, of: text) == $0 } ?? true
    guard isWhole, record.openSize ?? text.count == text.count else {
      // The store is a cache that anybody may damage.
      unlink(place)
      throw failure("its \(type) metadata unpacks to other bytes than are listed", "try again")
    }
    return text
  }

  /// The keys that the repository names.
  private func keys() async throws -> SetKeys {
    try await store.keys(repository.keys.map(filled), of: repository.id, web: web, offline: offline)
  }

  private func read(_ address: String, limit: Int, _ problem: String) async throws -> Data {
    do throws(WebFailure) { return try await web.read(address, limit: limit) } catch {
      throw failure("\(problem): \(error)", "check its address")
    }
  }

  private func failure(_ reason: String, _ remedy: String) -> PackageFailure {
    .repository(repository.id, reason: reason, remedy: remedy)
  }

  /// An address with its variables filled in and without a slash at its end.
  ///
  /// **Source:** dnf.conf(5), "Variables".
  func filled(_ address: String) -> String {
    var text = address
    for (name, value) in [
      ("releasever", wish.releasever), ("basearch", wish.architecture),
      ("arch", wish.architecture),
    ] {
      text = text.replacing("${\(name)}", with: value).replacing("$\(name)", with: value)
    }
    return text.trimmingSuffix("/")
  }

  /// Where the index that was read last is kept.
  private var indexFile: String {
    let address =
      switch repository.address {
      case .base(let address), .metalink(let address): filled(address)
      }
    return "\(store.path)/rpm/\(Digest(of: Data(address.utf8)).short)/repomd.xml"
  }
}
