import Foundation
import LodgeHost
import LodgeKoji
import LodgeModel
import LodgeWeb

/// The builds of a hub that a set may take packages from, at one moment.
struct KojiBuilds: Sendable {
  let koji: RPMWish.Koji
  let web: Web
  private(set) var candidates: KojiCandidates
  /// Builds whose signed copies are read, by their numbers.
  private var signed: Set<Int> = []
  let keys: SetKeys

  /// Of a tag with more packages than that, only builds that have a wanted one are looked into.
  private static let fewPackages = 300

  /// Asks the hub.
  ///
  /// - Throws: ``PackageFailure`` naming the hub and what was asked of it.
  init(_ koji: RPMWish.Koji, _ wish: RPMWish, store: Store, web: Web) async throws {
    (self.koji, self.web) = (koji, web)
    keys = try await store.keys(koji.keys, of: koji.id, web: web, offline: false)
    let hub = KojiHub(koji.server, through: web)
    do throws(KojiFailure) {
      let found = try await hub.candidates(
        for: koji.selection.request, architecture: wish.architecture,
        sources: !wish.sources.isEmpty, at: KojiPaths(topurl: koji.topurl))
      candidates = found.packages.count <= Self.fewPackages ? found : found.only(with: wish.members)
    } catch {
      throw PackageFailure.repository(
        koji.id, reason: "\(error)", remedy: "look at koji: in the matrix file")
    }
    for build in Set(candidates.packages.compactMap(\.build?.id)) { await preferSigned(build) }
  }

  /// Takes the signed copies of a build's packages, where the hub keeps such by a key of the set.
  ///
  /// Koji keeps a package as it was built, and beside it a copy for each key that signed it.
  private mutating func preferSigned(_ build: Int) async {
    let places = candidates.packages.indices.filter { candidates.packages[$0].build?.id == build }
    for key in keys.ids {
      let copies = places.map { candidates.packages[$0].signedCopy(by: key, at: koji.topurl) }
      // A build is signed as a whole, so one look tells.
      guard let first = copies.first, let first,
        (try? await web.readHead(of: first, bytes: 4))?.count == 4
      else { continue }
      for (place, copy) in zip(places, copies) {
        if let copy { candidates.packages[place].address = copy }
      }
      signed.insert(build)
      return
    }
  }

  /// Bytes of a package; nil for a signed copy, of which the hub does not know.
  func size(of candidate: KojiCandidate) -> Int? {
    candidate.build.map { signed.contains($0.id) } == true ? nil : candidate.size
  }

  /// What tells one state from another: builds by their numbers, which no other builds ever get.
  var state: [String] {
    candidates.packages.map { "\(koji.id) \($0.build?.id ?? 0) \($0.address) \($0.size)" }
      + ["\(koji.id) \(keys.state)"]
  }

  /// What a lock says of the hub.
  var source: Lock.Source {
    var source = Lock.Source(
      id: koji.id, topurl: koji.topurl, server: koji.server, event: candidates.event.id)
    if case .tag(let tag) = koji.selection { source.tag = tag }
    return source
  }

  /// Where a package lies below the base of the hub's files.
  func path(of candidate: KojiCandidate) -> String {
    let base = KojiPaths(topurl: koji.topurl).topurl + "/"
    return candidate.address.hasPrefix(base)
      ? String(candidate.address.dropFirst(base.count)) : candidate.fileName
  }

  /// Reads the headers of all packages into a folder, in the order of the candidates.
  ///
  /// - Throws: ``PackageFailure`` naming the package that is gone or is none.
  func headers(into folder: String) async throws -> [String] {
    let numbered = Array(candidates.packages.enumerated())
    let files = try await inParallel(numbered, width: 8) { number, package in
      let file = "\(folder)/\(number).rpm"
      let head = try await header(of: package)
      do { try head.write(to: URL(filePath: file)) } catch {
        throw StorageFailure("cannot write", file, error)
      }
      return (number, file)
    }
    return files.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func header(of package: KojiCandidate) async throws -> Data {
    var wanted = 1 << 16
    while true {
      let head: Data
      do throws(WebFailure) {
        head = try await web.readHead(of: package.address, bytes: wanted)
      } catch {
        throw PackageFailure.unavailable(package: package.fileName, reason: "\(koji.id): \(error)")
      }
      switch HeaderExtent(in: head) {
      case .bytes(let count) where count <= head.count: return head.prefix(count)
      case .bytes(let count) where head.count == wanted: wanted = count
      case .unknown where head.count == wanted: wanted *= 4
      case .bytes, .unknown, .none:
        throw PackageFailure.damaged(
          package: package.fileName, entry: nil,
          reason: "\(package.address) is no RPM package, or is cut short")
      }
    }
  }
}

extension KojiCandidate {
  /// The build that it is of; nil for what a task left.
  var build: KojiBuild? {
    if case .build(let build, _) = origin { build } else { nil }
  }

  /// Where a copy that a key signed would be; Koji names keys by the last eight digits.
  fileprivate func signedCopy(by key: String, at topurl: String) -> String? {
    guard case .build(let build, let rpm) = origin else { return nil }
    return try? KojiPaths(topurl: topurl).signedRPM(rpm, of: build, key: String(key.suffix(8)))
  }
}

extension KojiCandidates {
  /// Only the packages of builds that have one of some names, as whatever these require of the same
  /// source is built with them.
  fileprivate func only(with members: [RPMWish.Member]) -> KojiCandidates {
    let names = Set(members.map(\.name))
    let wanted = packages.compactMap { package -> Int? in
      guard case .build(let build, let rpm) = package.origin, names.contains(rpm.name) else {
        return nil
      }
      return build.id
    }
    var fewer = self
    fewer.packages = packages.filter { $0.build.map { wanted.contains($0.id) } ?? true }
    return fewer
  }
}

extension RPMWish.Koji.Selection {
  fileprivate var request: KojiRequest {
    switch self {
    case .tag(let tag): .tag(tag)
    case .builds(let names): .builds(names.map(KojiBuildName.init))
    case .task(let id): .task(id)
    }
  }
}
