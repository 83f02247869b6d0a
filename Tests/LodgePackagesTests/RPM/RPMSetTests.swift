import Foundation
import LodgeHost
import LodgeModel
import LodgeTesting
import LodgeWeb
import Testing

@testable import LodgePackages

/// Sets of real packages in real repositories, with a store of their own.
@Suite(.enabled(if: RPMBed.shared != nil, Comment(rawValue: RPMBed.missing)))
struct RPMSetTests {
  private let bed: RPMBed
  private let folder: TemporaryFolder
  private let store: Store
  private let web: Web

  init() throws {
    bed = try #require(RPMBed.shared)
    folder = try TemporaryFolder()
    store = try Store(at: "\(folder.path)/store")
    web = try Web(patience: Patience(tries: 1), proxies: .none)
  }

  private func repository(
    _ id: String, _ path: String, key: String? = "sig", isMetadataSigned: Bool = false,
    priority: Int = 99, exclude: [Glob] = []
  ) -> RPMWish.Repository {
    RPMWish.Repository(
      id: id, address: .base("file://\(path)"), keys: key.map { [bed.key($0)] } ?? [],
      isMetadataSigned: isMetadataSigned, priority: priority, exclude: exclude)
  }

  private func odd(
    _ members: String..., key: String? = "sig", accepting: RPMWish.Acceptance = .recorded,
    change: (inout RPMWish) -> Void = { _ in }
  ) async throws -> Lock {
    var wish = RPMWish(
      set: "odd", repositories: [repository("odd", bed.repository("odd/repo"), key: key)],
      members: members.map { RPMWish.Member(name: "odd-\($0)") }, signatures: accepting)
    change(&wish)
    return try await store.lock(of: wish, offline: false, web: web)
  }

  private func failure(_ work: () async throws -> Lock) async throws -> String {
    let failure = await #expect(throws: PackageFailure.self) { _ = try await work() }
    return "\(try #require(failure))"
  }

  /// Everything in the store but scratch folders.
  private var kept: [String] {
    let entries = FileManager.default.enumerator(atPath: "\(store.path)/packages")
    return (entries?.allObjects as? [String] ?? []).filter { $0.count > 10 }
  }

  private func sig(_ generation: String, _ sig: String? = nil) -> RPMWish {
    RPMWish(
      set: generation,
      repositories: [
        repository("base", bed.repository("\(generation)/base"), isMetadataSigned: true),
        repository("sig", bed.repository(sig ?? "\(generation)/sig"), isMetadataSigned: true),
      ], releasever: "10", members: RPMBed.members.map { RPMWish.Member(name: $0) })
  }

  @Test(arguments: ["older", "newer"])
  func aWholeSetIsResolvedCheckedAndSeenAgain(_ generation: String) async throws {
    let lock = try await store.lock(of: sig(generation), offline: false, web: web)
    #expect(Set(RPMBed.members).isSubset(of: Set(lock.packages.map(\.name))))
    #expect(
      !lock.packages.map(\.name).contains("qemu-kvm-extras"), "weak dependencies are left out")
    #expect(lock.packages.allSatisfy { $0.signature == .verified && $0.key == bed.keyID("sig") })
    #expect(lock.packages.first { $0.name == "qemu-kvm-core" }?.version.hasPrefix("17:") == true)
    #expect(lock.sources?.map(\.id) == ["base", "sig"])
    #expect(store.missing(of: lock).isEmpty)
    #expect(try await store.lock(of: sig(generation), offline: true, web: web) == lock)
    #expect(try await store.lock(of: sig(generation), offline: false, web: web) == lock)
  }

  @Test func theIdIsOneOfThePackagesWhereverTheyAre() async throws {
    let lock = try await store.lock(of: sig("newer"), offline: false, web: web)
    let copy = "\(folder.path)/elsewhere"
    for name in ["base", "sig"] {
      _ = try await Command(
        "cp", ["-rl", bed.repository("newer/\(name)"), "\(copy)-\(name)"]
      ).succeed()
    }
    var moved = sig("newer")
    for number in moved.repositories.indices {
      moved.repositories[number].address = .base("file://\(copy)-\(moved.repositories[number].id)")
    }
    let other = try Store(at: "\(folder.path)/other")
    let again = try await other.lock(of: moved, offline: false, web: web)
    #expect(again.id == lock.id && again != lock)
  }

  @Test func aLockIsFetchedAgainFromItsSources() async throws {
    let lock = try await store.lock(of: sig("older"), offline: false, web: web)
    let other = try Store(at: "\(folder.path)/other")
    #expect(other.missing(of: lock).count == lock.packages.count)
    let web = web
    try await other.fetch(lock, offline: false, web: { web }, fetched: { _ in })
    #expect(other.missing(of: lock).isEmpty)
  }

  @Test func bothWaysOfInstallingGiveTheSameFiles() async throws {
    let lock = try await store.lock(of: sig("older"), offline: false, web: web)
    let unpacked = try await store.root(of: lock)
    let installed = try await store.root(of: lock, by: .transaction(scriptlets: false))
    let configured = try await store.root(of: lock, by: .transaction(scriptlets: true))
    let database = "usr/lib/sysimage"
    let files = try Tree(at: unpacked.path)
    #expect(files.paths.count > 5000)
    #expect(try Tree(at: installed.path).without(database) == files)
    let markers = try Tree(at: configured.path).without(database).paths.subtracting(files.paths)
    #expect(
      markers == ["var/lib/lodge-bed", "var/lib/lodge-bed/post", "var/lib/lodge-bed/trigger"])
    #expect(installed.notes.contains { $0.contains("%triggerin on qemu-kvm-core did not run") })
    #expect(installed.notes.contains { $0.contains("scriptlets did not run") })
    #expect(
      installed.owner(of: "usr/libexec/qemu-kvm") == unpacked.owner(of: "usr/libexec/qemu-kvm"))
    #expect(installed.owner(of: "usr/libexec/qemu-kvm")?.hasPrefix("qemu-kvm-core 17:") == true)
  }

  /// Names a source, and adds the repository that has it.
  private func withSource(_ wish: RPMWish, _ source: SourceWish) -> RPMWish {
    var wish = wish
    wish.repositories.append(
      repository("source", bed.repository("older/source"), isMetadataSigned: true))
    wish.sources = [source]
    return wish
  }

  private static let hasSource = "the bed has no source package of QEMU"

  @Test(.enabled(if: RPMBed.shared?.source != nil, Comment(rawValue: hasSource)))
  func theSourceOfTheSetsQEMUIsTakenWithItsPatches() async throws {
    let wish = withSource(sig("older"), SourceWish(name: "qemu-kvm"))
    let lock = try await store.lock(of: wish, offline: false, web: web)
    let source = try #require(lock.sourcePackages.first?.files.first)
    let binary = lock.packages.first { $0.name == "qemu-kvm-core" }
    #expect(source.name == "qemu-kvm" && source.version == binary?.version)
    #expect(source.signature == .verified && source.suite == "source")
    for installation in [Installation.unpacked, .transaction(scriptlets: false)] {
      let root = try await store.root(of: lock, by: installation)
      let place = "\(root.path)/usr/src/lodge/qemu-kvm"
      let header = try String(contentsOfFile: "\(place)/linux-headers/linux/kvm.h", encoding: .utf8)
      #expect(header.contains("#define KVM_EXIT_LODGE_BED 200\n"))
      #expect(
        try String(contentsOfFile: "\(place)/patches", encoding: .utf8)
          == "0001-An-exit-that-only-this-package-has.patch\n")
      #expect(
        root.owner(of: "usr/src/lodge/qemu-kvm/linux-headers/linux/kvm.h") == source.label)
    }
    let other = try Store(at: "\(folder.path)/other")
    let web = web
    try await other.fetch(lock, offline: false, web: { web }, fetched: { _ in })
    #expect(other.missing(of: lock).isEmpty)
  }

  @Test(.enabled(if: RPMBed.shared?.source != nil, Comment(rawValue: hasSource)))
  func anotherSourceThanThatOfTheSetIsNoneOfIt() async throws {
    let wish = withSource(sig("newer"), SourceWish(name: "qemu-kvm"))
    let reason = try await failure {
      try await store.lock(of: wish, offline: false, web: web)
    }
    #expect(
      reason.contains("built from qemu-kvm-") && reason.contains("out of sources:"), "\(reason)")
    let optional = withSource(sig("newer"), SourceWish(name: "qemu-kvm", isOptional: true))
    let lock = try await store.lock(of: optional, offline: false, web: web)
    #expect(lock.sourcePackages.isEmpty && lock.lacking?.map(\.name) == ["qemu-kvm"])
    let misspelt = withSource(sig("older"), SourceWish(name: "qemu-kmv"))
    let hint = try await failure {
      try await store.lock(of: misspelt, offline: false, web: web)
    }
    #expect(hint.contains("did you mean qemu-kvm?"), "\(hint)")
  }

  @Test(.enabled(if: RPMBed.shared?.source != nil, Comment(rawValue: hasSource)))
  func aLooseSourceIsPartOfTheSet() async throws {
    let file = try #require(bed.source)
    let loose = try await store.lock(ofFiles: [file], set: "loose")
    #expect(loose.packages.map(\.architecture) == ["source"])
    var wish = sig("older")
    wish.files = [file]
    let lock = try await store.lock(of: wish, offline: false, web: web)
    #expect(lock.sourcePackages.map(\.name) == ["qemu-kvm"])
  }

  @Test(arguments: [
    ("unsigned", "sig", "is not signed"), ("plain", "other", "which the set does not name"),
    ("plain", nil, "which the set does not name"), ("other", "sig", "which the set does not name"),
    ("expired", "expired", "which has expired"),
  ])
  func signaturesThatAreRequiredDecide(member: String, key: String?, words: String) async throws {
    let file = bed.odd(member)
    let reason = try await failure {
      try await odd(key: key, accepting: .required) { $0.files = [file] }
    }
    #expect(reason.contains(words) && reason.contains("signatures: recorded"), "\(reason)")
    #expect(kept.isEmpty)
  }

  @Test(arguments: [
    ("unsigned", "sig", Package.Signature.unsigned), ("plain", "sig", .verified),
    ("plain", "other", .unknownKey), ("expired", "expired", .expiredKey),
  ])
  func signaturesThatAreRecordedAreInTheLock(
    member: String, key: String, state: Package.Signature
  ) async throws {
    let file = bed.odd(member)
    let lock = try await odd(key: key) { $0.files = [file] }
    #expect(lock.packages.map(\.signature) == [state])
    #expect((lock.packages.first?.key == nil) == (state == .unsigned))
  }

  @Test(arguments: [
    ("payload-changed", "BAD"), ("header-changed", "BAD"), ("cut-short", "BAD"),
    ("aarch64", "aarch64"),
  ])
  func damagedAndForeignPackagesAreNamed(member: String, words: String) async throws {
    let file = bed.odd(member)
    let reason = try await failure { try await odd { $0.files = [file] } }
    #expect(reason.contains(words), "\(reason)")
    #expect(kept.isEmpty)
  }

  @Test func epochsRichDependenciesAndFilesAreUnderstood() async throws {
    let epoch = try await odd("epoch")
    #expect(epoch.packages.map(\.version).contains { $0.hasPrefix("1:") })
    let files = try await odd("file-dependency").packages.map(\.name)
    #expect(files.contains("odd-file-provider"), "only the list of files has it")
    for rich in ["rich-or", "rich-if", "rich-unless"] {
      #expect(try await odd(rich).packages.map(\.name).contains("odd-\(rich)"))
    }
  }

  @Test func whatCannotBeMetIsExplained() async throws {
    let reason = try await failure { try await odd("unmet") }
    #expect(reason.contains("nothing provides") && reason.contains("odd-unmet-"), "\(reason)")
    let typo = try await failure { try await odd("obsolets") }
    #expect(typo.contains("did you mean odd-obsoletes?"), "\(typo)")
    let foreign = try await failure { try await odd("aarch64") }
    #expect(foreign.contains("aarch64 only, not for x86_64"), "\(foreign)")
    let excluded = try await failure {
      try await odd("file-dependency") { $0.exclude = ["odd-file-prov*"] }
    }
    #expect(excluded.contains("exclude: leaves out odd-file-provider"), "\(excluded)")
  }

  @Test func looseFilesAreInstalledWithTheRest() async throws {
    let file = bed.odd("hard-links")
    let lock = try await odd("plain") { $0.files = [file] }
    #expect(lock.packages.map(\.name).contains("odd-hard-links"))
    #expect(lock.packages.first { $0.name == "odd-hard-links" }?.suite == "")
    let deb = try folder.write("!<arch>\n", to: "some.deb")
    let reason = try await failure { try await odd("plain") { $0.files = [deb] } }
    #expect(reason.contains("some.deb is no RPM package"), "\(reason)")
  }

  @Test func prioritiesAndExclusionsDecideWhoGivesAPackage() async throws {
    var wish = sig("newer")
    wish.repositories.append(
      repository(
        "old", bed.repository("older/sig"), priority: 10, exclude: ["kernel*", "libvirt*"]))
    let lock = try await store.lock(of: wish, offline: false, web: web)
    let origins = Dictionary(uniqueKeysWithValues: lock.packages.map { ($0.name, $0.suite) })
    #expect(origins["edk2-ovmf"] == "old" && origins["qemu-kvm-core"] == "old")
    #expect(origins["kernel-core"] == "sig" && origins["libvirt-daemon"] == "sig")
    wish.repositories[2].priority = 99
    wish.members = wish.members.map {
      RPMWish.Member(name: $0.name, repository: $0.name == "edk2-ovmf" ? "old" : nil)
    }
    let pinned = try await store.lock(of: wish, offline: false, web: web)
    let again = Dictionary(uniqueKeysWithValues: pinned.packages.map { ($0.name, $0.suite) })
    #expect(again["edk2-ovmf"] == "old" && again["qemu-kvm-core"] == "sig")
  }

  @Test func hostileFilesAreRefusedByBothWays() async throws {
    for (name, words) in [
      ("device", "device node"), ("links-out", "out of the root"), ("bomb", "decompression bomb"),
    ] {
      let lock = try await store.lock(ofFiles: [bed.odd(name)], set: name)
      let failure = await #expect(throws: PackageFailure.self) {
        _ = try await store.root(of: lock)
      }
      #expect("\(try #require(failure))".contains(words), "\(failure.map { "\($0)" } ?? "")")
    }
    let files = ["conflict-a", "conflict-b"].map(bed.odd)
    let lock = try await store.lock(ofFiles: files, set: "conflict")
    let failure = await #expect(throws: PackageFailure.self) {
      _ = try await store.root(of: lock, by: .transaction(scriptlets: false))
    }
    let reason = "\(try #require(failure))"
    #expect(reason.contains("conflict-a") && reason.contains("conflict-b"), "\(reason)")
    let unpacked = try await store.root(of: lock)
    #expect(unpacked.notes.contains { $0.contains("has it too and keeps it") })
  }

  @Test func hardLinksHaveTheirBytesUnderEveryName() async throws {
    let lock = try await store.lock(ofFiles: [bed.odd("hard-links")], set: "links")
    let root = try await store.root(of: lock)
    let files = try Tree(at: root.path).contents
    #expect(files.count > 1 && Set(files).count == 1 && files.first != Digest(of: Data()))
  }
}

/// What stands in a root: folders, links and files with their bytes and whether they can be run.
private struct Tree: Equatable {
  private enum Node: Equatable {
    case folder
    case link(String)
    case file(Digest, isExecutable: Bool)
  }

  private var nodes: [String: Node] = [:]

  init(at root: String) throws {
    let files = FileManager.default
    for path in files.enumerator(atPath: root)?.allObjects as? [String] ?? [] {
      let place = "\(root)/\(path)"
      let attributes = try files.attributesOfItem(atPath: place)
      switch attributes[.type] as? FileAttributeType {
      case .typeDirectory?: nodes[path] = .folder
      case .typeSymbolicLink?:
        nodes[path] = .link(try files.destinationOfSymbolicLink(atPath: place))
      default:
        let mode = (attributes[.posixPermissions] as? Int) ?? 0
        nodes[path] = .file(try Digest(ofFile: place), isExecutable: mode & 0o111 != 0)
      }
    }
  }

  var paths: Set<String> { Set(nodes.keys) }

  var contents: [Digest] {
    nodes.values.compactMap { if case .file(let digest, _) = $0 { digest } else { nil } }
  }

  func without(_ folder: String) -> Tree {
    var rest = self
    rest.nodes = nodes.filter { $0.key != folder && !$0.key.hasPrefix("\(folder)/") }
    return rest
  }
}
