import Foundation
import LodgeHost
import LodgeModel
import LodgeTesting
import LodgeWeb
import Testing

@testable import LodgePackages

/// Repositories behind a server, which may fail in its own ways.
@Suite(
  .enabled(if: FixtureHub.peers != nil, Comment(rawValue: FixtureHub.missing)),
  .enabled(if: RPMBed.shared != nil, Comment(rawValue: RPMBed.missing)))
struct ServedRepositoryTests {
  private let bed: RPMBed
  private let folder: TemporaryFolder
  private let store: Store
  private let server: FixtureHub
  private let web: Web

  init() async throws {
    bed = try #require(RPMBed.shared)
    folder = try TemporaryFolder()
    store = try Store(at: "\(folder.path)/store")
    let state = try JSONSerialization.data(withJSONObject: [
      "folders": ["odd": bed.repository("odd/repo"), "own": folder.path]
    ])
    server = try await FixtureHub(state: try folder.write(state, to: "state.json"))
    web = try Web(
      patience: Patience(stall: .seconds(1), tries: 2, firstPause: .milliseconds(1)),
      proxies: .none)
  }

  private func lock(_ address: RPMWish.Repository.Address, offline: Bool = false) async throws
    -> Lock
  {
    let wish = RPMWish(
      set: "odd",
      repositories: [RPMWish.Repository(id: "sig", address: address, keys: [bed.key("sig")])],
      members: [RPMWish.Member(name: "odd-plain")])
    return try await store.lock(of: wish, offline: offline, web: web)
  }

  @Test func aServedRepositoryIsTheSameSet() async throws {
    let served = try await lock(.base(server.folder("odd")))
    let local = try await lock(.base("file://\(bed.repository("odd/repo"))"))
    #expect(served.id == local.id && served.packages.map(\.name) == ["odd-plain"])
    #expect(try await lock(.base(server.folder("odd")), offline: true) == served)
  }

  @Test func theSignedCopyOfABuildIsPreferred() async throws {
    let bare = "\(folder.path)/bare.rpm"
    _ = try await Command("cp", [bed.odd("plain"), bare]).succeed()
    _ = try await Command("rpmsign", ["--delsign", bare]).succeed()
    func signatures(keptBy keys: [String]) async throws -> [Package.Signature] {
      let state = try JSONSerialization.data(withJSONObject: [
        "tags": [["id": 1, "name": "release"]], "users": [],
        "events": [["id": 1, "does": "tag", "tag": "release", "build": 1]],
        "builds": [["id": 1, "name": "odd", "version": "1.0", "release": "1.el10"]],
        "rpms": [
          [
            "id": 1, "build_id": 1, "name": "odd-plain", "version": "1.0", "release": "1.el10",
            "arch": "x86_64", "file": bare, "signed": bed.odd("plain"), "keys": keys,
          ]
        ],
      ])
      let hub = try await FixtureHub(state: try folder.write(state, to: "hub.json"))
      let wish = RPMWish(
        set: "odd",
        koji: RPMWish.Koji(
          server: hub.hub(), topurl: hub.files(), selection: .tag("release"),
          keys: [bed.key("sig")]),
        members: [RPMWish.Member(name: "odd-plain")], signatures: .recorded)
      return try await store.lock(of: wish, offline: false, web: web).packages.map(\.signature)
    }
    #expect(try await signatures(keptBy: []) == [.unsigned])
    #expect(try await signatures(keptBy: [String(bed.keyID("other").suffix(8))]) == [.unsigned])
    #expect(try await signatures(keptBy: [String(bed.keyID("sig").suffix(8))]) == [.verified])
  }

  @Test func aDroppedConnectionIsTakenUpAgain() async throws {
    let address = server.folder("odd", "drop=700&times=1&id=drop")
    #expect(try await lock(.base(address)).packages.count == 1)
  }

  @Test func aMetalinkNamesMirrorsAndWhatTheyMayHave() async throws {
    let index = try Data(
      contentsOf: URL(filePath: "\(bed.repository("odd/repo"))/repodata/repomd.xml"))
    func link(_ hash: String) throws -> String {
      try folder.write(
        """
        <metalink><files><file name="repomd.xml"><verification><hash type="sha256">\(hash)</hash>\
        </verification><resources>
        <url preference="100">http://127.0.0.1:1/gone/repodata/repomd.xml</url>
        <url preference="50">\(server.folder("odd"))/repodata/repomd.xml</url>
        </resources></file></files></metalink>
        """, to: "link-\(hash.prefix(4))")
      return server.folder("own") + "/link-\(hash.prefix(4))"
    }
    let good = try await lock(.metalink(try link(Digest(of: index).hex)))
    #expect(
      good.sources?.first?.metalink?.hasSuffix("link-\(Digest(of: index).hex.prefix(4))") == true)
    let other = try Store(at: "\(folder.path)/other")
    let web = web
    try await other.fetch(good, offline: false, web: { web }, fetched: { _ in })
    #expect(other.missing(of: good).isEmpty)
    let failure = await #expect(throws: PackageFailure.self) {
      _ = try await lock(.metalink(try link(String(repeating: "0", count: 64))))
    }
    #expect("\(try #require(failure))".contains("none that the metalink lists"))
  }

  @Test(arguments: [
    ("status=503", "503"), ("stall=40", "no byte came"), ("circle=1", "redirect"),
    ("maze=1", "redirect"), ("endless=1", "more than"), ("cut=200", "cannot be read"),
  ])
  func whatAServerDoesWrongIsNamed(fault: String, words: String) async throws {
    let failure = await #expect(throws: PackageFailure.self) {
      _ = try await lock(.base(server.folder("odd", fault)))
    }
    let text = "\(try #require(failure))"
    #expect(text.contains("repository sig") && text.contains(words), "\(text)")
    let kept = FileManager.default.enumerator(atPath: store.scratch.path)?.allObjects ?? []
    #expect(kept.isEmpty)
  }
}
