import Foundation
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

@testable import LodgePackages

struct SourcePackageTests {
  private let folder: TemporaryFolder
  private let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(at: "\(folder.path)/store")
  }

  private let patch = """
    --- a/linux-headers/linux/kvm.h
    +++ b/linux-headers/linux/kvm.h
    @@ -1,2 +1,3 @@
     #define KVM_EXIT_TDX 40
    --- a removed line
    +++ an added line
    +#define KVM_EXIT_NEW 44
    --- a/hw/i386/pc.c
    +++ b/hw/i386/pc.c
    @@ -1 +1 @@
    -a
    +b

    """

  /// A source package as dpkg-source writes it, the description last.
  private func source(
    patch: String, change: (inout String) -> Void = { _ in }
  ) throws -> String {
    var sources = TarBuilder()
    sources.file("qemu-9.9/VERSION", "9.9.0\n")
    sources.file(
      "qemu-9.9/linux-headers/linux/kvm.h", "#define KVM_EXIT_TDX 40\n-- a removed line\n")
    sources.file("qemu-9.9/linux-headers/asm-arm64/kvm.h", "#define OTHER 1\n")
    sources.file("qemu-9.9/hw/i386/pc.c", "a\n")
    sources.link("qemu-9.9/linux-headers/linux/link.h", to: "/etc/passwd")
    sources.file("qemu-9.9/../../escape/linux-headers/linux/x.h")
    var packaging = TarBuilder()
    packaging.file("debian/patches/series", "# ours\nnew-exit.patch -p1\nnone.patch\n")
    packaging.file("debian/patches/new-exit.patch", patch)
    let parts = [
      ("qemu_9.9.orig.tar", sources.finished), ("qemu_9.9-1.debian.tar", packaging.finished),
    ]
    for (name, bytes) in parts { _ = try folder.write(bytes, to: name) }
    var text = """
      -----BEGIN PGP SIGNED MESSAGE-----
      Hash: SHA256

      Format: 3.0 (quilt)
      Source: qemu
      Version: 1:9.9-1
      Checksums-Sha256:
      \(parts.map { " \(Digest(of: $0.1).hex) \($0.1.count) \($0.0)" }.joined(separator: "\n"))

      -----BEGIN PGP SIGNATURE-----
      """
    change(&text)
    return try folder.write(text, to: "qemu_9.9-1.dsc")
  }

  @Test func aLooseSourceStandsInTheRootWithItsPatches() async throws {
    let lock = try await store.lock(ofFiles: [try source(patch: patch)], set: "loose")
    #expect(lock.packages.map(\.architecture) == ["source", "source", "source"])
    #expect(lock.sourcePackages.map(\.label) == ["source qemu 1:9.9-1"])
    let root = try await store.root(of: lock)
    let place = "\(root.path)/\(SourcePackage.folder(of: "qemu"))"
    let header = try String(contentsOfFile: "\(place)/linux-headers/linux/kvm.h", encoding: .utf8)
    #expect(
      header == "#define KVM_EXIT_TDX 40\n++ an added line\n#define KVM_EXIT_NEW 44\n", "\(header)")
    #expect(
      try String(contentsOfFile: "\(place)/patches", encoding: .utf8) == "new-exit.patch\n")
    let files = FileManager.default.enumerator(atPath: place)?.allObjects as? [String] ?? []
    #expect(
      files.filter { $0.hasSuffix(".h") || $0.hasSuffix(".c") } == ["linux-headers/linux/kvm.h"])
    #expect(
      root.owner(of: "usr/src/lodge/qemu/linux-headers/linux/kvm.h") == "source qemu 1:9.9-1")
    #expect(store.missing(of: lock).isEmpty)
  }

  @Test func aHeaderThatAPatchDoesNotFitIsLeftOut() async throws {
    let other = patch.replacing("#define KVM_EXIT_TDX 40", with: "#define KVM_EXIT_TDX 41")
    let lock = try await store.lock(ofFiles: [try source(patch: other)], set: "loose")
    let root = try await store.root(of: lock)
    #expect(
      root.notes == [
        "source qemu 1:9.9-1: patch new-exit.patch does not fit linux-headers/linux/kvm.h,"
          + " which is left out"
      ])
    let header = "\(root.path)/usr/src/lodge/qemu/linux-headers/linux/kvm.h"
    #expect(!FileManager.default.fileExists(atPath: header))
  }

  @Test func aFileThatIsNotTheOneThatIsNamedIsRefused() async throws {
    let file = try source(patch: patch)
    _ = try folder.write("other", to: "qemu_9.9.orig.tar")
    let failure = await #expect(throws: PackageFailure.self) {
      _ = try await store.lock(ofFiles: [file], set: "loose")
    }
    #expect("\(try #require(failure))".contains("source qemu 1:9.9-1: its digest is"))
    try FileManager.default.removeItem(atPath: "\(folder.path)/qemu_9.9.orig.tar")
    let lost = await #expect(throws: PackageFailure.self) {
      _ = try await store.lock(ofFiles: [file], set: "loose")
    }
    #expect("\(try #require(lost))".contains("names qemu_9.9.orig.tar, which is not beside it"))
  }

  @Test(arguments: ["Version: 1:9.9-1", "Checksums-Sha256:"])
  func aDescriptionWithoutAFieldIsRefused(_ field: String) async throws {
    let file = try source(patch: patch) { $0 = $0.replacing(field, with: "X:") }
    await #expect(throws: PackageFailure.self) {
      _ = try await store.lock(ofFiles: [file], set: "loose")
    }
  }

  @Test func aSourceThatIsCutShortIsNamed() async throws {
    let lock = try await store.lock(ofFiles: [try source(patch: patch)], set: "loose")
    let original = try #require(lock.packages.first { $0.path == "qemu_9.9.orig.tar" }?.sha256)
    let file = store.packageFile(original)
    try FileManager.default.removeItem(atPath: file)
    try Data("damaged".utf8).write(to: URL(filePath: file))
    let failure = await #expect(throws: PackageFailure.self) {
      _ = try await store.root(of: lock)
    }
    #expect("\(try #require(failure))".contains("source qemu 1:9.9-1"))
    #expect(store.missing(of: lock).map(\.path) == ["qemu_9.9.orig.tar"])
  }

  @Test func theFilesOfASourceChangeTogether() throws {
    func lock(_ version: String) -> Lock {
      Lock(
        packages: ["a.dsc", "a.orig.tar"].map { path in
          Package(
            name: "qemu", version: version, architecture: Package.sourceArchitecture,
            sha256: Digest(of: Data("\(version)\(path)".utf8)), size: 1, origin: "", suite: "",
            signature: .unsigned, path: path)
        })
    }
    let changes = LockDifference(from: lock("1"), to: lock("2")).changes
    #expect(changes.map(\.description) == ["~ qemu 1 -> 2 source"])
    #expect(LockDifference(from: lock("1"), to: lock("1")).changes.isEmpty)
  }

  @Test func whatASetLacksIsNoPartOfItsId() throws {
    let lacking = Lock.Lacking(name: "qemu", version: "1", reason: "gone")
    let lock = Lock(packages: [], lacking: [lacking])
    #expect(lock.id == Lock(packages: []).id)
    #expect(try Lock(reading: lock.canonicalBytes).lacking == [lacking])
  }

  @Test func aptsListOfFilesIsRead() throws {
    let digest = String(repeating: "0a", count: 32)
    let files = AptSourceFile.parse(
      """
      'place/q_1%2bds.orig.tar.xz' q_1+ds.orig.tar.xz 12 SHA256:\(digest)
      'place/q_1%2bds.orig.tar.xz.asc' q_1+ds.orig.tar.xz.asc 12 SHA256:\(digest)
      'place/old' old 12 MD5Sum:00
      """)
    #expect(files.map(\.address) == ["place/q_1+ds.orig.tar.xz"])
    #expect(files.map(\.digest.hex) == [digest])
  }

  @Test(arguments: [
    ("", "a", "2"), ("Source: b\n", "b", "2"), ("Source: b (1)\n", "b", "1"),
  ])
  func aPackageSaysWhatItWasBuiltFrom(_ field: String, _ name: String, _ version: String) throws {
    let stanza = ControlStanza.parse("Package: a\n\(field)Version: 2\n").first?.builtFrom
    let built = try #require(stanza)
    #expect(built.source == name && built.version == version)
  }
}
