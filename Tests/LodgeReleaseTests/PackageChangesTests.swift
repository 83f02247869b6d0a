import Foundation
import LodgeModel
import LodgeRelease
import Testing

struct PackageChangesTests {
  private func lock(_ packages: [(String, String)]) -> Lock {
    Lock(packages: packages.map { Sample.package($0.0, $0.1) })
  }

  private func changelog(_ versions: String...) -> Changelog {
    Changelog(
      source: "source", entries: versions.map { .init(version: $0, lines: ["* \($0)"]) })
  }

  /// Orders versions by their numbers alone, as both packaging systems do with these.
  private func order(_ version: String, _ other: String, _: Package) -> Int {
    let (left, right) = (numbers(version), numbers(other))
    return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
  }

  private func numbers(_ version: String) -> [Int] {
    version.split { !$0.isNumber }.compactMap { Int($0) }
  }

  private func changes(
    _ before: [(String, String)], _ after: [(String, String)],
    _ changelogs: [String: Changelog] = [:]
  ) -> PackageChanges {
    PackageChanges(from: lock(before), to: lock(after), order: order) { package, side in
      let known = changelogs["\(package.name) \(package.version)"]
      return known.map(Result.success) ?? .failure(.init("nothing of \(package.name) on \(side)"))
    }
  }

  @Test func membersComeFirstInTheirOrder() {
    let before = ["aaa", "ovmf", "libvirt-daemon", "qemu-system-x86", "linux-image-amd64", "zzz"]
    let found = changes(before.map { ($0, "1") }, before.map { ($0, "2") })
    #expect(
      found.changes.map(\.name) == [
        "linux-image-amd64", "qemu-system-x86", "libvirt-daemon", "ovmf", "aaa", "zzz",
      ])
    #expect(found.changes.map(\.member) == [.kernel, .qemu, .libvirt, .firmware, nil, nil])
  }

  @Test func entriesBetweenTheVersionsAreTakenOnceForAllOfASource() throws {
    let log = changelog("1:4-1", "1:3-1", "1:2-1", "1:1-1")
    let found = changes(
      [("qemu-a", "1:2-1"), ("qemu-b", "1:2-1")], [("qemu-a", "1:4-1"), ("qemu-b", "1:4-1")],
      ["qemu-a 1:4-1": log, "qemu-b 1:4-1": log])
    #expect(found.changes.map(\.kind) == [.upgraded, .upgraded])
    #expect(found.changes.map(\.changelog) == [0, 0])
    let told = try #require(found.changelogs.first)
    #expect(found.changelogs.count == 1 && told.packages == ["qemu-a", "qemu-b"])
    #expect(told.entries.map(\.version) == ["1:4-1", "1:3-1"])
    #expect(told.before == "1:2-1" && told.after == "1:4-1" && told.note == nil)
  }

  @Test(arguments: [
    // A distribution in the release, and no epoch in the changelog.
    ("17:10.1.0-4.el10", "17:10.1.0-6.el10", ["10.1.0-6", "10.1.0-5", "10.1.0-4", "10.1.0-3"], 2),
    // Built again, without an entry.
    ("1.2-3+b1", "1.2-4+b2", ["1.2-4", "1.2-3", "1.2-2"], 1),
    // A signed kernel has a version of its own above that of its source.
    ("6.12.1-1", "6.12.3-1", ["6.12.3+1", "6.12.2-1", "6.12.1-1"], 2),
    // What stands above the newer version is of no package here.
    ("1-1", "1-2", ["1-3", "1-2", "1-1"], 1),
    // Built again from the very same source.
    ("1.2-3", "1.2-3+b1", ["1.2-3", "1.2-2"], 0),
    // An entry without a version belongs to the one above.
    ("1-1", "1-2", ["1-2", "", "1-1"], 2),
  ])
  func versionsOfChangelogsAreThoseOfPackages(
    _ old: String, _ new: String, _ versions: [String], _ count: Int
  ) throws {
    let log = Changelog(
      source: "s", entries: versions.map { .init(version: $0, lines: []) })
    let found = changes([("qemu", old)], [("qemu", new)], ["qemu \(new)": log])
    let told = try #require(found.changelogs.first)
    #expect(told.entries.count == count && told.note == nil, "\(told)")
  }

  @Test func aChangelogOfAnotherBranchSaysSoAndIsShort() throws {
    let found = changes(
      [("qemu", "7.2-1")], [("qemu", "10-1")],
      ["qemu 10-1": changelog("10-1", "9-3", "9-2", "9-1", "7.1-1")])
    let told = try #require(found.changelogs.first)
    #expect(told.entries.map(\.version) == ["10-1", "9-3", "9-2"] && told.omitted == 1)
    #expect(told.note?.contains("does not know 7.2-1") == true)
  }

  @Test func whatCannotBeReadSaysWhy() {
    let found = changes([("qemu", "1")], [("qemu", "2")])
    #expect(found.changelogs.map(\.note) == ["no changelog: nothing of qemu on after"])
  }

  @Test func anOlderVersionTellsWhatWasTakenBack() throws {
    let found = changes(
      [("qemu", "3-1")], [("qemu", "1-1")], ["qemu 3-1": changelog("3-1", "2-1", "1-1")])
    #expect(found.changes.map(\.kind) == [.downgraded])
    let told = try #require(found.changelogs.first)
    #expect(told.isTakenBack && told.entries.map(\.version) == ["3-1", "2-1"])
    #expect(told.before == "3-1" && told.after == "1-1")
  }

  @Test func aKernelWithItsVersionInItsNameIsReplaced() throws {
    let (old, new) = ("linux-image-6.1.0-41-amd64", "linux-image-6.12.3+deb13-amd64")
    let found = changes(
      [(old, "6.1.1-1"), ("gone", "1")], [(new, "6.12.3-1"), ("come", "1")],
      ["\(new) 6.12.3-1": changelog("6.12.3-1", "6.1.1-1")])
    let change = try #require(found.changes.first)
    #expect(change.kind == .replaced && change.name == new && change.formerName == old)
    #expect(change.before == "6.1.1-1" && change.after == "6.12.3-1")
    #expect(found.changelogs.first?.entries.count == 1)
    #expect(found.changes.dropFirst().map(\.kind) == [.added, .removed])
  }

  @Test func twoThatCouldBeMeantAreNotPaired() {
    let found = changes(
      [("linux-image-6.1-amd64", "6.1")],
      [("linux-image-6.2-amd64", "6.2"), ("linux-image-6.3-amd64", "6.3")])
    #expect(Set(found.changes.map(\.kind)) == [.added, .removed])
  }

  @Test func hugeChangelogsAreBounded() throws {
    let entries = (0..<500).map { number in
      Changelog.Entry(
        version: "\(1000 - number)",
        lines: Array(repeating: String(repeating: "x", count: 1000), count: 300))
    }
    let found = changes(
      [("qemu", "501")], [("qemu", "1000")],
      ["qemu 1000": Changelog(source: "qemu", entries: entries)])
    let told = try #require(found.changelogs.first)
    #expect(told.entries.count == PackageChanges.entryLimit && told.omitted == 399)
    let limit = PackageChanges.lineLimit
    #expect(told.entries.allSatisfy { $0.lines.count == limit && $0.lines[0].count == limit })
  }
}
