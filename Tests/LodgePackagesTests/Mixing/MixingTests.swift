import Foundation
import LodgeHost
import LodgeModel
import LodgeTesting
import LodgeWeb
import Testing

@testable import LodgePackages

/// Two sets of small packages, whose members are told by what is in them.
struct MixingTests {
  private let folder: TemporaryFolder
  private let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(at: "\(folder.path)/store")
  }

  private func deb(
    _ name: String, _ version: String, _ paths: [String] = [], _ fields: [String] = []
  ) throws -> String {
    var control = TarBuilder()
    let text =
      ["Package: \(name)", "Version: \(version)", "Architecture: amd64"] + fields
      + ["Description: one"]
    control.file("./control", text.joined(separator: "\n") + "\n")
    var data = TarBuilder()
    for path in paths + ["usr/share/doc/\(name)"] { data.file("./\(path)", version) }
    let bytes = DebBuilder.archive([
      ("debian-binary", Data("2.0\n".utf8)), ("control.tar", control.finished),
      ("data.tar", data.finished),
    ])
    return try folder.write(bytes, to: "\(name)_\(version).deb")
  }

  /// A set of one generation, as distributions cut it into packages; `changes` are further fields of
  /// a package.
  private func set(
    _ version: String, _ changes: [String: [String]] = [:], without: String? = nil,
    besides: [String] = []
  ) async throws -> Lock {
    let packages: [(String, [String], [String])] = [
      ("linux-image", ["boot/vmlinuz-\(version)"], ["Source: linux-signed (\(version))"]),
      ("linux-meta", [], ["Source: linux-signed", "Depends: linux-image (= \(version))"]),
      ("linux-libc-dev", ["usr/include/linux/kvm.h"], ["Source: linux"]),
      (
        "qemu-system", ["usr/bin/qemu-system-x86_64"],
        ["Source: qemu", "Depends: qemu-data (= \(version)), libglib (>= \(version)), bios"]
      ),
      // The program's own source may hold descriptors, too.
      ("qemu-data", ["usr/share/qemu/firmware/50.json"], ["Source: qemu"]),
      ("libvirt0", ["usr/lib/x86_64-linux-gnu/libvirt.so.0"], ["Source: libvirt"]),
      (
        "libvirt-daemon", ["usr/sbin/libvirtd"],
        ["Source: libvirt", "Depends: libvirt0 (= \(version)), qemu-system"]
      ),
      ("ovmf", ["usr/share/OVMF/OVMF.fd"], ["Source: edk2"]),
      ("bios", ["usr/share/seabios/bios.bin"], ["Source: seabios"]),
      ("libglib", ["usr/lib/libglib.so"], []),
      ("glib-bin", ["usr/bin/gio"], ["Depends: libglib (= \(version))"]),
    ]
    let files = try packages.filter { $0.0 != without }.map {
      try deb($0.0, version, $0.1, $0.2 + changes[$0.0, default: []])
    }
    return try await store.lock(ofFiles: files + besides, set: "generation \(version)")
  }

  private func mixed(
    _ locks: [Lock], base: Int = 0, _ givers: [Member: Int]
  ) async throws -> Mixture.Resolved {
    switch try await store.mix(locks, base: base, givers: givers) {
    case .resolved(let mix): return mix
    case .impossible(let obstacles, _):
      Issue.record("it cannot be resolved: \(obstacles)")
      return Mixture.Resolved(lock: Lock(packages: []))
    }
  }

  private func versions(_ lock: Lock) -> [String: String] {
    Dictionary(lock.packages.map { ($0.name, $0.version) }, uniquingKeysWith: { "\($0) \($1)" })
  }

  @Test func membersAreToldByWhatIsInThePackages() async throws {
    let lock = try await set("1")
    let members = try await store.members(of: lock)
    let named = Dictionary(grouping: lock.packages) { package in
      package.sha256.flatMap { members[$0] }
    }.mapValues { $0.map(\.name) }
    #expect(
      named == [
        .kernel: ["linux-image", "linux-libc-dev", "linux-meta"],
        .qemu: ["qemu-data", "qemu-system"], .libvirt: ["libvirt-daemon", "libvirt0"],
        .firmware: ["ovmf"], nil: ["bios", "glib-bin", "libglib"],
      ])
    #expect(try await store.members(of: lock) == members, "it is kept")
    let parts = try await store.parts(of: lock)
    #expect(
      parts.mapValues(\.count) == [.kernel: 3, .qemu: 2, .libvirt: 2, .firmware: 1, .rest: 3])
  }

  @Test(arguments: [
    ("usr/lib/modules/6.1/vmlinuz", Member.kernel), ("lib/modules/6.1/kernel/a.ko", .kernel),
    ("lib/modules/6.1/extra/a.ko", nil), ("usr/libexec/qemu-kvm", .qemu),
    ("usr/lib64/libvirt.so.0.9", .libvirt), ("usr/sbin/virtqemud", .libvirt),
    ("usr/share/edk2/ovmf/OVMF.fd", .firmware), ("usr/share/qemu/firmware/a.json", .firmware),
    ("usr/share/qemu/keymaps/a", nil), ("boot/config-6.1", nil),
    ("usr/include/linux/kvm.h", .kernel),
    ("usr/include/kvm.h", nil), ("vmlinuz", nil), ("usr", nil), ("", nil),
  ])
  func aFileTellsItsMember(_ path: String, _ member: Member?) {
    #expect(Member(madeBy: path) == member)
  }

  @Test func aMemberMovesWithAllOfItsSourceAndNothingElse() async throws {
    let locks = try await [set("1"), set("2")]
    let mix = try await mixed(locks, [.kernel: 1])
    var expected = versions(locks[0])
    for name in ["linux-image", "linux-meta", "linux-libc-dev"] { expected[name] = "2" }
    #expect(versions(mix.lock) == expected)
    #expect(mix.along == [] && mix.gone == [])
    #expect(try await store.closure(of: mix.lock, from: nil) == SetClosure(packages: 11))
    #expect(try await mixed(locks, [.kernel: 1]) == mix, "it is kept")
  }

  @Test func whatAMemberNeedsComesAlongWithWhatHangsOnIt() async throws {
    let locks = try await [set("1"), set("2")]
    let mix = try await mixed(locks, [.qemu: 1])
    let found = versions(mix.lock)
    #expect(found["qemu-system"] == "2" && found["qemu-data"] == "2")
    // A library that another one of the base requires in its own version takes that along.
    #expect(found["libglib"] == "2" && found["glib-bin"] == "2" && found["bios"] == "1")
    #expect(found["libvirt0"] == "1" && found["linux-image"] == "1" && found["ovmf"] == "1")
    #expect(mix.along.map(\.name) == ["glib-bin", "libglib"] && mix.gone == [])
    let closure = try await store.closure(of: mix.lock, from: nil)
    #expect(closure.unmet == [] && closure.conflicts == [])
  }

  @Test func olderMembersAreTakenAsWell() async throws {
    let locks = try await [set("1", ["ovmf": ["Conflicts: glib-bin (= 2)"]]), set("2")]
    let mix = try await mixed(locks, base: 1, [.firmware: 0])
    let found = versions(mix.lock)
    #expect(found["ovmf"] == "1" && found["qemu-system"] == "2" && found["libglib"] == "2")
    // What cannot stay, and has no other version that fits, goes.
    #expect(found["glib-bin"] == nil && mix.gone.map(\.name) == ["glib-bin"])
  }

  @Test func aMixThatIsASetHasItsId() async throws {
    let locks = try await [set("1"), set("2")]
    #expect(try await mixed(locks, [:]).lock.id == locks[0].id)
    let all: [Member: Int] = [.kernel: 0, .qemu: 0, .libvirt: 0, .firmware: 0]
    #expect(try await mixed(locks, base: 0, all).lock == locks[0])
    // Without anything that is not of a member, so that the members are all.
    let swapped = try await mixed(locks, [.kernel: 1, .firmware: 1])
    let back = try await mixed([swapped.lock, locks[0]], [.kernel: 1, .firmware: 1])
    #expect(back.lock == locks[0])
  }

  @Test func threeSetsGiveAMemberEach() async throws {
    let locks = try await [set("1"), set("2"), set("3")]
    let mix = try await mixed(locks, [.kernel: 1, .qemu: 2])
    let found = versions(mix.lock)
    #expect(found["linux-image"] == "2" && found["qemu-system"] == "3" && found["ovmf"] == "1")
    #expect(found["libglib"] == "3")
  }

  @Test func membersThatDoNotGoTogetherAreAResult() async throws {
    let locks = try await [
      set("1", ["libvirt-daemon": ["Breaks: qemu-system (>> 1)"]]), set("2"),
    ]
    guard
      case .impossible(let obstacles, let wanted) = try await store.mix(
        locks, base: 0, givers: [.qemu: 1])
    else {
      Issue.record("it was resolved")
      return
    }
    #expect(obstacles.contains { $0.contains("libvirt-daemon") && $0.contains("qemu-system") })
    // What was wanted all the same, and what is wrong with it.
    #expect(versions(wanted)["qemu-system"] == "2" && versions(wanted)["libvirt-daemon"] == "1")
    let closure = try await store.closure(of: wanted, from: nil)
    #expect(closure.unmet.map(\.package) == ["qemu-system 2"], "\(closure)")
  }

  @Test func noMemberIsDrawnInFromWhereItIsNotTaken() async throws {
    let locks = try await [set("1"), set("2", ["qemu-system": ["Pre-Depends: ovmf (>= 2)"]])]
    guard
      case .impossible(let obstacles, _) = try await store.mix(locks, base: 0, givers: [.qemu: 1])
    else {
      Issue.record("it was resolved")
      return
    }
    #expect(obstacles.contains { $0.contains("ovmf >= 2") }, "\(obstacles)")
    let both = try await mixed(locks, [.qemu: 1, .firmware: 1])
    #expect(versions(both.lock)["ovmf"] == "2")
  }

  @Test func aMemberMayBeMissing() async throws {
    let locks = try await [set("1"), set("2", without: "ovmf")]
    let mix = try await mixed(locks, [.firmware: 1])
    #expect(versions(mix.lock)["ovmf"] == nil && mix.lock.packages.count == 10)
  }

  @Test func packagesOfTwoFormatsAreNotMixed() async throws {
    guard let bed = RPMBed.shared else { return }
    let rpm = try await store.lock(ofFiles: [bed.odd("hard-links")], set: "rpm")
    let locks = [try await set("1"), rpm]
    let failure = await #expect(throws: PackageFailure.self) {
      _ = try await store.mix(locks, base: 0, givers: [.qemu: 1])
    }
    #expect("\(try #require(failure))".contains("mix sets of one format"))
  }
}

/// The same on real RPMs.
@Suite(.enabled(if: RPMBed.shared != nil, Comment(rawValue: RPMBed.missing)))
struct RPMMixingTests {
  @Test func aMemberMovesBetweenSetsOfRPMs() async throws {
    let bed = try #require(RPMBed.shared)
    let folder = try TemporaryFolder()
    let store = try Store(at: "\(folder.path)/store")
    let web = try Web(patience: Patience(tries: 1), proxies: .none)
    var locks: [Lock] = []
    for generation in ["older", "newer"] {
      let repositories = ["base", "sig"].map { id in
        RPMWish.Repository(
          id: id, address: .base("file://\(bed.repository("\(generation)/\(id)"))"),
          keys: [bed.key("sig")])
      }
      locks.append(
        try await store.lock(
          of: RPMWish(
            set: generation, repositories: repositories, releasever: "10",
            members: RPMBed.members.map { RPMWish.Member(name: $0) }), offline: false, web: web))
    }
    let members = try await store.members(of: locks[1])
    let sorted = Dictionary(grouping: locks[1].packages) { $0.sha256.flatMap { members[$0] } }
      .mapValues { $0.map(\.name) }
    for (name, member) in [
      ("kernel-core", Member.kernel), ("kernel-headers", .kernel), ("qemu-kvm-core", .qemu),
      ("libvirt-daemon", .libvirt), ("libvirt-daemon-driver-qemu", .libvirt),
      ("edk2-ovmf", .firmware),
    ] { #expect(sorted[member]?.contains(name) == true, "\(name)") }
    guard
      case .resolved(let mix) = try await store.mix(locks, base: 0, givers: [.qemu: 1])
    else {
      Issue.record("it cannot be resolved")
      return
    }
    let digests = Set(mix.lock.packages.compactMap(\.sha256))
    for (lock, taken) in [(locks[0], false), (locks[1], true)] {
      let members = try await store.members(of: lock)
      for package in lock.packages {
        guard let digest = package.sha256, let member = members[digest] else { continue }
        #expect(digests.contains(digest) == ((member == .qemu) == taken), "\(package.label)")
      }
    }
    #expect(try await store.closure(of: mix.lock, from: nil).unmet == [])
    // Both sets call their places alike; each package is looked for in both.
    #expect(mix.lock.sources?.map(\.id) == ["base", "base", "sig", "sig"])
  }
}
