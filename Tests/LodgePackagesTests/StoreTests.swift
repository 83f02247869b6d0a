import Foundation
import LodgeHost
import LodgeModel
import LodgePackages
import LodgeTesting
import Testing

struct StoreTests {
  private let folder: TemporaryFolder
  private let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(at: "\(folder.path)/store")
  }

  private func deb(_ name: String, _ build: (inout TarBuilder) -> Void) throws -> String {
    var tar = TarBuilder()
    build(&tar)
    return try DebBuilder(name: name, data: tar).write(to: folder, as: "\(name).deb")
  }

  private func files(below path: String) -> [String] {
    (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).sorted()
  }

  @Test func looseFilesBecomeALockAndARoot() async throws {
    let one = try deb("one") { $0.file("./usr/bin/one", mode: 0o755) }
    let two = try deb("two") { $0.file("./lib/two.so") }
    let lock = try await store.lock(ofFiles: [one, two], set: "loose")
    #expect(lock.packages.map(\.label) == ["one 1.0", "two 1.0"])
    #expect(lock.packages.allSatisfy { $0.signature == .unsigned && $0.sha256 != nil })
    let root = try await store.root(of: lock)
    #expect(FileManager.default.isExecutableFile(atPath: "\(root.path)/usr/bin/one"))
    #expect(FileManager.default.fileExists(atPath: "\(root.path)/lib/two.so"))
    #expect(root.owner(of: "usr/lib/two.so") == "two 1.0")
    let again = try await store.root(of: lock)
    #expect(again.path == root.path && again.owner(of: "usr/bin/one") == "one 1.0")
  }

  @Test func aPackageOfTwoSetsIsUnpackedOnce() async throws {
    let shared = try deb("shared") { $0.file("./usr/share/file") }
    let other = try deb("other") { $0.file("./usr/share/other") }
    let first = try await store.root(of: try await store.lock(ofFiles: [shared], set: "a"))
    let second = try await store.root(of: try await store.lock(ofFiles: [shared, other], set: "b"))
    let inodes = try [first, second].map { root in
      try FileManager.default.attributesOfItem(atPath: "\(root.path)/usr/share/file")[
        .systemFileNumber]
        as? Int
    }
    #expect(inodes[0] != nil && inodes[0] == inodes[1])
  }

  @Test func aChangedFileInTheStoreIsNamedAndThrownOut() async throws {
    let path = try deb("victim") { $0.file("./a") }
    let lock = try await store.lock(ofFiles: [path], set: "a")
    let digest = try #require(lock.packages.first?.sha256)
    var bytes = try Data(contentsOf: URL(filePath: store.packageFile(digest)))
    bytes[bytes.count / 2] ^= 1
    try FileManager.default.removeItem(atPath: store.packageFile(digest))
    try bytes.write(to: URL(filePath: store.packageFile(digest)))
    let failure = await #expect(throws: PackageFailure.self) { _ = try await store.root(of: lock) }
    #expect("\(try #require(failure))".contains("victim 1.0"))
    #expect(store.missing(of: lock).map(\.name) == ["victim"])
  }

  @Test func aHostilePackageLeavesNothingInTheStore() async throws {
    let path = try deb("hostile") { tar in
      tar.file("./good")
      tar.file("../../../escape")
    }
    let lock = try await store.lock(ofFiles: [path], set: "a")
    await #expect(throws: PackageFailure.self) { _ = try await store.root(of: lock) }
    #expect(files(below: "\(store.path)/trees") == [])
    #expect(files(below: store.scratch.path) == [])
    #expect(!files(below: folder.path).contains { $0.hasSuffix("escape") })
  }

  @Test func whatIsNotAPackageIsNamed() async throws {
    let text = try folder.write("hello", to: "text.deb")
    await #expect(throws: PackageFailure.self) {
      try await store.lock(ofFiles: [text], set: "a")
    }
    await #expect(throws: PackageFailure.self) {
      try await store.lock(ofFiles: ["/none.deb"], set: "a")
    }
    let empty = "\(folder.path)/empty"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    await #expect(throws: PackageFailure.self) {
      try await store.lock(ofFiles: [empty], set: "a")
    }
  }
}
