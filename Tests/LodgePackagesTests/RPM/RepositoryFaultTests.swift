import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel
import LodgeTesting
import LodgeWeb
import Testing

@testable import LodgePackages

/// Repositories that are damaged, hostile, or change while they are read.
@Suite(.enabled(if: RPMBed.shared != nil, Comment(rawValue: RPMBed.missing)))
struct RepositoryFaultTests {
  private let bed: RPMBed
  private let folder: TemporaryFolder
  private let store: Store
  /// A copy of a repository, whose files may be replaced.
  private var copy: String { "\(folder.path)/copy" }

  init() async throws {
    bed = try #require(RPMBed.shared)
    folder = try TemporaryFolder()
    store = try Store(at: "\(folder.path)/store")
    _ = try await Command(
      "cp", ["-rl", bed.repository("odd/repo"), "\(folder.path)/copy"]
    ).succeed()
  }

  private func wish(isMetadataSigned: Bool = false, key: String = "sig") -> RPMWish {
    let repository = RPMWish.Repository(
      id: "sig", address: .base("file://\(copy)"), keys: [bed.key(key)],
      isMetadataSigned: isMetadataSigned)
    return RPMWish(
      set: "odd", repositories: [repository], members: [RPMWish.Member(name: "odd-plain")])
  }

  private func lock(
    isMetadataSigned: Bool = false, key: String = "sig", in other: Store? = nil
  ) async throws -> Lock {
    let web = try Web(patience: Patience(tries: 1), proxies: .none)
    return try await (other ?? store).lock(
      of: wish(isMetadataSigned: isMetadataSigned, key: key), offline: false, web: web)
  }

  private func expectRefusal(
    _ words: String..., at location: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Lock
  ) async throws {
    let failure = await #expect(throws: PackageFailure.self, sourceLocation: location) {
      _ = try await work()
    }
    let text = failure.map { "\($0)" } ?? ""
    for word in words { #expect(text.contains(word), "\(text)", sourceLocation: location) }
    let kept = FileManager.default.enumerator(atPath: "\(store.path)/packages")?.allObjects ?? []
    #expect(kept.isEmpty, "nothing of it is in the store", sourceLocation: location)
    let scratch = FileManager.default.enumerator(atPath: store.scratch.path)?.allObjects ?? []
    #expect(scratch.isEmpty, "nothing half-made stays behind", sourceLocation: location)
  }

  private func file(_ part: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(copy)/repodata")
    return "\(copy)/repodata/\(try #require(names.first { $0.contains(part) }))"
  }

  /// Replaces a file without changing the bed's, which it is linked to.
  private func replace(_ path: String, _ change: (inout Data) -> Void) throws {
    var bytes = (try? Data(contentsOf: URL(filePath: path))) ?? Data()
    change(&bytes)
    unlink(path)
    try bytes.write(to: URL(filePath: path))
  }

  /// Makes the repository list a primary metadata of our own, rightly.
  private func list(primary: Data, as name: String = "primary.xml") throws {
    try primary.write(to: URL(filePath: "\(copy)/repodata/\(name)"))
    let index = """
      <repomd><data type="primary"><checksum type="sha256">\(Digest(of: primary).hex)</checksum>\
      <location href="repodata/\(name)"/></data></repomd>
      """
    try replace("\(copy)/repodata/repomd.xml") { $0 = Data(index.utf8) }
  }

  private func package(href: String, name: String = "odd-plain", checksum: String = "") -> Data {
    Data(
      """
      <metadata xmlns="http://linux.duke.edu/metadata/common" \
      xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="1"><package type="rpm">\
      <name>\(name)</name><arch>noarch</arch><version epoch="0" ver="1" rel="1"/>\
      <checksum type="sha256" pkgid="YES">\(checksum)</checksum>\
      <location href="\(href)"/><format/></package></metadata>
      """.utf8)
  }

  @Test func theRepositoryItselfIsFine() async throws {
    #expect(try await lock(isMetadataSigned: true).packages.map(\.name) == ["odd-plain"])
  }

  @Test(arguments: ["gzip", "xz", "zstd"])
  func everyCompressionIsRead(_ program: String) async throws {
    let packed = try file("primary")
    let plain = try Decompression.decompress(
      try Data(contentsOf: URL(filePath: packed)), limit: 64 << 20)
    let text = try folder.write(plain, to: "primary.xml")
    let again = try await Command(program, ["-c", "-q", text]).succeed().output
    try list(primary: again, as: "primary.xml.\(program)")
    #expect(try await lock().packages.map(\.name) == ["odd-plain"])
  }

  @Test func strongerChecksumsAreRead() async throws {
    // Written in place, or the bed's own index would change with it.
    try FileManager.default.removeItem(atPath: "\(copy)/repodata")
    _ = try await Command(
      "createrepo_c", ["--quiet", "--checksum", "sha512", copy], deadline: .seconds(60)
    ).succeed()
    #expect(try await lock().packages.map(\.name) == ["odd-plain"])
    try replace("\(copy)/Packages/plain.rpm") { $0[$0.count / 2] ^= 1 }
    let other = try Store(at: "\(folder.path)/other")
    let failure = await #expect(throws: PackageFailure.self) { _ = try await lock(in: other) }
    #expect("\(try #require(failure))".contains("lists (sha512:"))
  }

  @Test func libsolvsOwnFormOfMetadataIsKeptAndNeverTrustedBlindly() async throws {
    func plan() async throws -> [String] {
      try await store.plan(of: wish(), offline: false, web: try Web(proxies: .none)).map(\.nevra)
    }
    let first = try await plan()
    let files = FileManager.default.enumerator(atPath: store.path)?.allObjects as? [String] ?? []
    let kept = "\(store.path)/\(try #require(files.first { $0.hasSuffix(".solv") }))"
    #expect(try await plan() == first)
    try replace(kept) { $0[$0.count / 2] ^= 0xFF }
    #expect(try await plan() == first)
    try replace(kept) { $0.removeLast($0.count - 10) }
    #expect(try await plan() == first)
  }

  @Test func otherBytesThanListedAreRefused() async throws {
    try replace("\(copy)/Packages/plain.rpm") { $0[$0.count / 2] ^= 1 }
    try await expectRefusal("plain", "not those that repository sig lists") { try await lock() }
    try replace("\(copy)/Packages/plain.rpm") { $0.removeLast(10) }
    try await expectRefusal("plain", "repository sig") { try await lock() }
    unlink("\(copy)/Packages/plain.rpm")
    try await expectRefusal("plain", "repository sig") { try await lock() }
  }

  @Test func metadataOfTwoStatesIsToldApart() async throws {
    try replace(try file("primary")) { $0[$0.count / 2] ^= 1 }
    try await expectRefusal("repository sig", "two states", "another mirror") { try await lock() }
    try replace(try file("primary")) { $0.append(0) }
    try await expectRefusal("repository sig", "two states") { try await lock() }
    unlink(try file("primary"))
    try await expectRefusal("repository sig", "primary") { try await lock() }
  }

  @Test func theSignatureOfTheIndexCountsWhereItIsWanted() async throws {
    try await expectRefusal("repository sig", bed.keyID("sig").uppercased(), "not known") {
      try await lock(isMetadataSigned: true, key: "other")
    }
    try replace("\(copy)/repodata/repomd.xml") { $0.append(contentsOf: Data("\n".utf8)) }
    try await expectRefusal("repository sig", "does not fit its bytes") {
      try await lock(isMetadataSigned: true)
    }
    unlink("\(copy)/repodata/repomd.xml.asc")
    try await expectRefusal("repository sig", "has no signature of its index") {
      try await lock(isMetadataSigned: true)
    }
    #expect(try await lock().packages.count == 1, "nobody asked for it here")
  }

  @Test func bombsAndOversizeAreRefused() async throws {
    let bomb = """
      <!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
      <metadata packages="1"><package><name>&b;</name></package></metadata>
      """
    try list(primary: Data(bomb.utf8))
    try await expectRefusal("repository sig", "document type") { try await lock() }

    let zeros = "\(copy)/repodata/primary.xml.gz"
    _ = try await Command(
      "sh", ["-c", "head -c 1000000000 /dev/zero | gzip -1 >\(zeros)"], deadline: .seconds(60)
    ).succeed()
    try list(primary: try Data(contentsOf: URL(filePath: zeros)), as: "primary.xml.gz")
    try await expectRefusal("repository sig", "more than") { try await lock() }

    try replace("\(copy)/repodata/repomd.xml") { $0 = Data(count: 2 << 20) }
    try await expectRefusal("repository sig", "more than") { try await lock() }
  }

  @Test(arguments: ["../../../etc/passwd", "/etc/passwd", "http://elsewhere.example/x.rpm"])
  func packagesElsewhereAreRefused(_ href: String) async throws {
    try list(primary: package(href: href, checksum: String(repeating: "a", count: 64)))
    try await expectRefusal("repository sig", "not below it") { try await lock() }
  }

  @Test func aPackageThatIsAnotherThanListedIsRefused() async throws {
    let digest = try Digest(ofFile: "\(copy)/Packages/obsoletes.rpm")
    try list(primary: package(href: "Packages/obsoletes.rpm", checksum: digest.hex))
    try await expectRefusal("odd-plain-1-1.noarch", "another package than was listed") {
      try await lock()
    }
    try list(primary: package(href: "Packages/plain.rpm", checksum: "d41d8cd9"))
    try await expectRefusal("repository sig") { try await lock() }
  }

  @Test func metadataThatIsNoneIsRefused() async throws {
    try list(primary: Data("<metadata><package></metadata>".utf8))
    try await expectRefusal("repository sig", "cannot be read") { try await lock() }
    try replace("\(copy)/repodata/repomd.xml") { $0 = Data("<html></html>".utf8) }
    try await expectRefusal("repository sig", "no index of a repository") { try await lock() }
    unlink("\(copy)/repodata/repomd.xml")
    try await expectRefusal("repository sig", "check its address") { try await lock() }
  }
}
