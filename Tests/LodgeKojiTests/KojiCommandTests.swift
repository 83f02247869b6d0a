import Foundation
import LodgeHost
import LodgeKoji
import LodgeTesting
import LodgeWeb
import Testing

/// What the command koji of Koji itself prints, beside what is read here.
@Suite(.withHub)
struct KojiCommandTests {
  private let place: KojiPlace
  private let hub: KojiHub
  private let folder: TemporaryFolder

  init() async throws {
    place = try await KojiPlace.shared.value
    hub = try place.hub()
    folder = try TemporaryFolder()
    let user = try await place.certificates.user("builder")
    try folder.write(
      """
      [koji]
      server = \(place.server.hub(secure: true))
      topurl = \(place.server.files())
      topdir = /top
      authtype = ssl
      cert = \(user)
      serverca = \(place.certificates.authority)
      poll_interval = 0
      """, to: "koji.conf")
  }

  /// Each line's words.
  private func koji(_ arguments: String...) async throws -> [[String]] {
    let finished = try await Command(
      "\(FixtureHub.peers ?? "")/bin/koji",
      ["--config=\(folder.path)/koji.conf", "--noauth"].filter {
        $0 != "--noauth" || !(arguments.first ?? "").hasSuffix("-build")
      } + arguments,
      environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path]
    ).succeed()
    return finished.text.split(separator: "\n").map { line in
      line.split(whereSeparator: \.isWhitespace).map(String.init)
    }
  }

  @Test func tagsHaveTheSameBuilds() async throws {
    for event in [1, 2, 4] {
      let ours = try await hub.builds(
        in: "virt10-candidate", at: KojiEvent(id: event), inherited: true)
      let theirs = try await koji(
        "list-tagged", "--quiet", "--inherit", "--event=\(event)", "virt10-candidate")
      #expect(
        Set(theirs.map { $0.prefix(2).joined(separator: " ") })
          == Set(ours.map { "\($0.nvr) \($0.tag ?? "")" }), "\(event)")
    }
    let latest = try await hub.latestBuilds(in: "virt10-candidate", at: hub.lastEvent())
    let theirs = try await koji("latest-build", "--quiet", "--all", "virt10-candidate")
    #expect(Set(theirs.compactMap(\.first)) == Set(latest.map(\.nvr)))
  }

  @Test func buildsHaveTheSameSourceAndPackages() async throws {
    for id in [11, 20, 30] {
      let build = try await hub.build(.id(id))
      let lines = try await koji("buildinfo", build.nvr)
      #expect(lines.contains(["BUILD:", build.nvr, "[\(id)]"]))
      #expect(lines.first { $0.first == "Source:" }?.last == build.source?.address)
      #expect(lines.contains(["Volume:", build.volume]))
      let paths = KojiPaths(topurl: "/top")
      let ours = try await hub.rpms(of: [build])[0].map { try paths.rpm($0, of: build) }
      #expect(Set(lines.compactMap(\.first).filter { $0.hasSuffix(".rpm") }) == Set(ours))
    }
  }

  @Test func aPackageHasTheSameDigestAndSize() async throws {
    let rpm = try #require(try await hub.rpms(of: [hub.build(.id(20))])[0].first)
    let lines = try await koji("rpminfo", "libvirt-11.0-1.el10.x86_64")
    #expect(lines.contains(["RPM:", "libvirt-11.0-1.el10.x86_64", "[\(rpm.id)]"]))
    #expect(lines.contains(["SIGMD5:", rpm.payloadHash]))
    #expect(lines.contains(["Size:", "\(rpm.size)"]))
    #expect(lines.contains(["Build", "ID:", "\(rpm.buildID)"]))
  }

  @Test func aTaskHasTheSameOutputs() async throws {
    let lines = try await koji("taskinfo", "--recurse", "900").compactMap(\.first)
    let paths = KojiPaths(topurl: "/top")
    for task in try await hub.children(of: 900) {
      for output in try await hub.outputs(of: task.id) {
        #expect(lines.contains(try paths.output(output, of: task.id)))
      }
    }
  }

  @Test func sideTagsAreTheSame() async throws {
    #expect(
      try await koji("list-sidetags").map { $0[0] }.sorted()
        == hub.sideTags().map(\.name).sorted())
  }

  @Test func aBuildHasTheSameFiles() async throws {
    let run = try await Command(
      "env",
      [
        "-C", folder.path, "\(FixtureHub.peers ?? "")/bin/koji",
        "--config=\(folder.path)/koji.conf", "--noauth", "download-build", "--quiet", "real-1-2",
      ]
    ).succeed()
    #expect(run.ending == .exited(0))
    let found = try await hub.candidates(
      for: .builds([.nvr("real-1-2")]), architecture: "x86_64", at: place.paths)
    let package = try #require(found.packages.first)
    let ours = "\(folder.path)/ours"
    try await hub.web.download(package.address, to: ours, size: package.size, limit: 1 << 20)
    let theirs = FileManager.default.contents(atPath: "\(folder.path)/\(package.fileName)")
    #expect(theirs != nil && theirs == FileManager.default.contents(atPath: ours))
  }

  @Test func whatOneMovesTheOtherSees() async throws {
    _ = try await koji("tag-build", "cli-to", "libvirt-11.0-1.el10")
    _ = try await koji("move-build", "cli-from", "cli-to", "qemu-kvm-9.1-2.el10")
    let event = try await hub.lastEvent()
    #expect(
      try await hub.builds(in: "cli-to", at: event, inherited: false).map(\.id) == [11, 20])
    let session = try await KojiSession(on: place.secureHub())
    let build = try await hub.build(.id(11))
    let task = try await session.move(build, from: "cli-to", to: "cli-from")
    try await hub.finish(
      task, waiting: KojiWait(firstPause: .milliseconds(20), deadline: .seconds(20)))
    try await session.logOut()
    let theirs = try await koji("list-tagged", "--quiet", "cli-from")
    #expect(Set(theirs.compactMap(\.first)) == ["qemu-kvm-9.1-2.el10", "libvirt-11.0-1.el10"])
  }
}
