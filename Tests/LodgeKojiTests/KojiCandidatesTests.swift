import Foundation
import LodgeKoji
import LodgeTesting
import LodgeWeb
import Testing

@Suite(.withHub)
struct KojiCandidatesTests {
  private let place: KojiPlace
  private let hub: KojiHub

  init() async throws {
    place = try await KojiPlace.shared.value
    hub = try place.hub()
  }

  private func candidates(
    _ request: KojiRequest, _ architecture: String = "x86_64"
  ) async throws -> KojiCandidates {
    try await hub.candidates(for: request, architecture: architecture, at: place.paths)
  }

  @Test func aTagGivesItsLatestPackages() async throws {
    let found = try await candidates(.tag("virt10-candidate", event: 3))
    #expect(
      found.packages.map(\.fileName) == [
        "libvirt-11.0-1.el10.x86_64.rpm", "qemu-kvm-9.1-2.el10.x86_64.rpm",
        "qemu-kvm-core-9.1-2.el10.x86_64.rpm", "qemu-kvm-docs-9.1-2.el10.noarch.rpm",
      ])
    #expect(found.event == KojiEvent(id: 3) && found.builds.map(\.id) == [11, 20])
    let now = try await candidates(.tag("virt10-candidate"))
    #expect(now.event.id >= 23 && now.packages.count == 5)
  }

  @Test func whatIsListedCanBeDownloaded() async throws {
    let folder = try TemporaryFolder()
    for package in try await candidates(.tag("virt10-candidate")).packages {
      let file = "\(folder.path)/\(package.fileName)"
      try await hub.web.download(package.address, to: file, size: package.size, limit: 1 << 20)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text.hasPrefix("bytes of "))
    }
  }

  @Test func aSignedCopyHasItsPlace() async throws {
    let build = try await hub.build(.id(20))
    let rpm = try #require(try await hub.rpms(of: [build])[0].first)
    let address = try place.paths.signedRPM(rpm, of: build, key: "ABCD0123")
    #expect(try await hub.web.read(address, limit: 999).count == rpm.size)
  }

  @Test func buildsGiveTheirPackages() async throws {
    let found = try await candidates(.builds([.nvr("edk2-2026-1.el10,draft_30"), .id(10)]))
    #expect(
      found.packages.map(\.fileName)
        == ["edk2-2026-1.el10.noarch.rpm", "qemu-kvm-9.1-1.el10.x86_64.rpm"])
    #expect(found.packages[0].address.contains("/1.el10,draft_30/"))
    #expect(try await candidates(.builds([.id(11)]), "aarch64").packages.count == 2)
  }

  @Test func aTaskGivesWhatItsBuildersLeft() async throws {
    let found = try await candidates(.task(900))
    #expect(
      found.packages.map(\.fileName) == ["a-1-2.x86_64.rpm", "a-docs-1-2.noarch.rpm"])
    #expect(found.packages.allSatisfy { $0.origin == .task(901) })
    for package in found.packages {
      let bytes = try await hub.web.read(package.address, limit: 999)
      #expect(bytes == Data("output \(package.fileName)".utf8) && bytes.count == package.size)
    }
  }

  @Test func aTaskThatIsNotDoneGivesNothing() async throws {
    await #expect(throws: KojiFailure.unfinishedTask(hub: hub.address, task: 910, .open)) {
      try await candidates(.task(910))
    }
    await #expect(
      throws: KojiFailure.failedTask(
        hub: hub.address, task: 920, .failed, reason: "mock exited with status 1")
    ) { try await candidates(.task(920)) }
  }

  @Test(arguments: [KojiRequest.task(930), .builds([.id(52)]), .builds([.id(20)])])
  func nothingIsNoSet(_ request: KojiRequest) async throws {
    await #expect(throws: KojiFailure.self) { try await candidates(request, "s390x") }
  }

  @Test func namesThatLeadElsewhereAreRefused() async throws {
    await #expect(throws: KojiFailure.unsafeName("../../etc", of: "a build")) {
      try await candidates(.tag("virt10-hostile"))
    }
  }
}
