import Foundation
import LodgeHost
import LodgeModel
import LodgePackages
import LodgeTesting
import Testing

struct ChangelogTests {
  private static let text = """
    noted (1:2.0-2) unstable; urgency=medium

      * New thing.
        - with a detail

     -- A Maintainer <a@example.invalid>  Mon, 28 Jul 2025 12:00:00 +0000

    noted (1:2.0-1~bpo13+1) trixie-backports; urgency=low, binary-only=yes

      * Old thing (2.0).

     -- A Maintainer <a@example.invalid>  Sun, 27 Jul 2025 12:00:00 +0000

    # Older entries have been removed from this changelog.
    """

  private let folder: TemporaryFolder
  private let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(at: "\(folder.path)/store")
  }

  @Test func entriesHaveVersionDateAndLines() {
    let changelog = Changelog(debian: Self.text)
    #expect(changelog.source == "noted")
    #expect(changelog.entries.map(\.version) == ["1:2.0-2", "1:2.0-1~bpo13+1"])
    #expect(changelog.entries.first?.date == "Mon, 28 Jul 2025 12:00:00 +0000")
    #expect(changelog.entries.first?.lines == ["* New thing.", "  - with a detail"])
    #expect(changelog.entries.last?.lines == ["* Old thing (2.0)."])
  }

  @Test(arguments: ["", "\n\n", "  a line of nobody\n -- B\n", "no header\n(1) (2) (3)\n"])
  func whatIsNoChangelogHasNoEntries(_ text: String) {
    #expect(Changelog(debian: text).entries.isEmpty)
  }

  private func installed(
    _ name: String, _ build: (inout TarBuilder) -> Void
  ) async throws -> (package: Package, lock: Lock) {
    var tar = TarBuilder()
    build(&tar)
    let file = try DebBuilder(name: name, data: tar).write(to: folder, as: "\(name).deb")
    let lock = try await store.lock(ofFiles: [file], set: name)
    _ = try await store.root(of: lock)
    return (try #require(lock.packages.first), lock)
  }

  @Test func thatOfADebIsReadFromTheRootAndFromThePackageAlone() async throws {
    let (package, lock) = try await installed("noted") {
      $0.file("./usr/share/doc/noted/changelog.gz", "upstream\n")
      $0.file("./usr/share/doc/noted/changelog.Debian.gz", Self.text)
    }
    let found = try store.changelog(of: package, in: lock.id).get()
    #expect(found == Changelog(debian: Self.text))
    try FileManager.default.removeItem(atPath: store.rootFolder(lock.id))
    #expect(try store.changelog(of: package, in: lock.id).get() == found)
    let digest = try #require(package.sha256)
    try FileManager.default.removeItem(atPath: store.treeFiles(digest))
    let failure = #expect(throws: Changelog.Missing.self) {
      try store.changelog(of: package, in: lock.id).get()
    }
    #expect(failure?.description.contains("no longer") == true)
  }

  @Test func linksOutOfTheRootLeadNowhere() async throws {
    try folder.write(Self.text, to: "changelog")
    let (package, lock) = try await installed("noted") {
      $0.link("./usr/share/doc/noted/changelog.gz", to: "\(folder.path)/changelog")
    }
    #expect(throws: Changelog.Missing.self) {
      try store.changelog(of: package, in: lock.id).get()
    }
  }

  @Test func aLinkToTheFolderOfAnotherPackageIsFollowedInside() async throws {
    let (package, lock) = try await installed("noted") {
      $0.file("./usr/share/doc/other/changelog.gz", Self.text)
      $0.link("./usr/share/doc/noted", to: "other")
    }
    #expect(try store.changelog(of: package, in: lock.id).get().entries.count == 2)
  }

  @Test func damagedBytesAreTold() async throws {
    let (package, lock) = try await installed("noted") {
      $0.file("./usr/share/doc/noted/changelog.gz", Self.text)
    }
    let file = "\(store.rootFolder(lock.id))/tree/usr/share/doc/noted/changelog.gz"
    try FileManager.default.removeItem(atPath: file)
    try Data([0x1f, 0x8b, 8, 0, 1, 2, 3]).write(to: URL(filePath: file))
    let failure = #expect(throws: Changelog.Missing.self) {
      try store.changelog(of: package, in: lock.id).get()
    }
    #expect(failure?.description.hasPrefix("cannot unpack gzip") == true)
  }

  @Test func thatOfAnRPMIsInItsHeader() async throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../LodgeBindingsTests/Fixtures/rpm/noted.rpm").standardized
    let lock = try await store.lock(ofFiles: [file.path(percentEncoded: false)], set: "rpm")
    let package = try #require(lock.packages.first)
    let found = try store.changelog(of: package, in: lock.id).get()
    #expect(package.version == "17:10.1.0-5.el10" && found.source == "noted")
    #expect(found.entries.map(\.version) == ["10.1.0-5", "10.1.0-4.el10", ""])
    let digest = try #require(package.sha256)
    try FileManager.default.removeItem(atPath: store.packageFile(digest))
    let failure = #expect(throws: Changelog.Missing.self) {
      try store.changelog(of: package, in: lock.id).get()
    }
    #expect(failure?.description.contains("no longer") == true)
  }

  @Test func installedPackagesHaveNoFile() {
    let package = Package(
      name: "noted", version: "1", architecture: "amd64", sha256: nil, size: 0, origin: "",
      suite: "", signature: .notChecked, path: "")
    #expect(throws: Changelog.Missing.self) {
      try store.changelog(of: package, in: Digest(of: Data())).get()
    }
  }

  @Test(.enabled(Comment(rawValue: RPMBed.missing)) { RPMBed.shared != nil })
  func anRPMOfTheBedWithoutOneSaysSo() async throws {
    let bed = try #require(RPMBed.shared)
    let lock = try await store.lock(ofFiles: [bed.odd("hard-links")], set: "odd")
    let package = try #require(lock.packages.first)
    let answer = store.changelog(of: package, in: lock.id)
    #expect(answer == .failure(.init("the package has none")))
  }
}
