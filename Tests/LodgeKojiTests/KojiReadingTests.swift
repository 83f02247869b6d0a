import LodgeKoji
import LodgeTesting
import LodgeWeb
import Testing

@Suite(.withHub)
struct KojiReadingTests {
  private let place: KojiPlace
  private let hub: KojiHub

  init() async throws {
    place = try await KojiPlace.shared.value
    hub = try place.hub()
  }

  @Test func aHubIsOne() async throws {
    try await hub.check()
    #expect(try await hub.lastEvent().id >= 23)
    #expect(try await hub.lastEvent().time == 1_795_724_890.123456)
  }

  @Test func aTagIsReadAsItWasAtAnEvent() async throws {
    let tag = "virt10-candidate"
    func latest(_ event: Int) async throws -> [String] {
      try await hub.latestBuilds(in: tag, at: KojiEvent(id: event)).map(\.nvr)
    }
    #expect(try await latest(1) == ["libvirt-11.0-1.el10"])
    #expect(try await latest(2) == ["qemu-kvm-9.1-1.el10", "libvirt-11.0-1.el10"])
    #expect(try await latest(3) == ["qemu-kvm-9.1-2.el10", "libvirt-11.0-1.el10"])
  }

  @Test func inheritedBuildsNameTheTagThatHasThem() async throws {
    let event = KojiEvent(id: 3)
    let own = try await hub.builds(in: "virt10-candidate", at: event, inherited: false)
    #expect(own.map(\.id) == [11, 10] && own.allSatisfy { $0.tag == "virt10-candidate" })
    let all = try await hub.builds(in: "virt10-candidate", at: event, inherited: true)
    #expect(all.map(\.id) == [11, 10, 20] && all.last?.tag == "base")
    #expect(all.last?.volume == "big" && all.first?.epoch == 17)
  }

  @Test func draftsAreToldApart() async throws {
    let event = KojiEvent(id: 4)
    func ids(_ drafts: Bool?) async throws -> [Int] {
      try await hub.latestBuilds(in: "virt10-candidate", at: event, drafts: drafts).map(\.id)
    }
    #expect(try await ids(nil) == [30, 11, 20])
    #expect(try await ids(true) == [30])
    #expect(try await ids(false) == [11, 20])
    let draft = try await hub.build(.nvr("edk2-2026-1.el10,draft_30"))
    #expect(draft.isDraft && draft.id == 30)
  }

  @Test func aTagIsUnknownBeforeItWasMade() async throws {
    await #expect(
      throws: KojiFailure.unknownTag(hub: hub.address, tag: "virt10-later", event: 4)
    ) { try await hub.tag("virt10-later", at: KojiEvent(id: 4)) }
    let event = KojiEvent(id: 200)
    #expect(try await hub.tag("virt10-later", at: event).name == "virt10-later")
    #expect(try await hub.tag("virt10-locked", at: event).isLocked)
    await #expect(throws: KojiFailure.self) { try await hub.latestBuilds(in: "none", at: event) }
    await #expect(throws: KojiFailure.self) {
      try await hub.builds(in: "none", at: event, inherited: true)
    }
  }

  @Test func aBuildIsReadByNumberAndName() async throws {
    let build = try await hub.build(KojiBuildName("11"))
    #expect(build == (try await hub.build(KojiBuildName("qemu-kvm-9.1-2.el10"))))
    #expect(build.source?.commit == KojiPlace.commit && build.state == .complete)
    #expect(try await hub.build(.id(10)).taskID == 900)
    for name in ["999", "qemu-kvm-9.1-3.el10"] {
      await #expect(throws: KojiFailure.unknownBuild(hub: hub.address, build: name)) {
        try await hub.build(KojiBuildName(name))
      }
    }
  }

  @Test func onlyCompleteBuildsHavePackages() async throws {
    await #expect(throws: KojiFailure.deletedBuild(hub: hub.address, build: "old-1-1")) {
      try await hub.completeBuilds([.id(11), .id(50)])
    }
    for (id, state) in [(51, KojiBuild.State.building), (52, .failed)] {
      let failure = await #expect(throws: KojiFailure.self) {
        try await hub.completeBuilds([.id(id)])
      }
      #expect("\(try #require(failure))".contains(state.word))
    }
  }

  @Test func manyBuildsAreReadInFewRequests() async throws {
    let names = (0..<250).map { KojiBuildName.id($0.isMultiple(of: 2) ? 10 : 11) }
    #expect(try await hub.builds(names).map(\.id) == names.indices.map { 10 + $0 % 2 })
    #expect(try await hub.builds([]).isEmpty)
    let failure = await #expect(throws: KojiFailure.self) {
      try await hub.calls([XMLRPCCall("getAPIVersion"), XMLRPCCall("noSuchMethod")])
    }
    #expect("\(try #require(failure))".contains("refuses noSuchMethod: Invalid method"))
  }

  @Test func packagesOfABuildAreListed() async throws {
    let rpms = try await hub.rpms(of: [hub.build(.id(11)), hub.build(.id(20))])
    #expect(rpms.map(\.count) == [8, 1])
    let libvirt = try #require(rpms[1].first)
    #expect(libvirt.fileName == "libvirt-11.0-1.el10.x86_64.rpm" && libvirt.buildID == 20)
    #expect(libvirt.size == "bytes of libvirt for x86_64".utf8.count)
  }

  @Test func sideTagsAreListed() async throws {
    #expect(
      Set(try await hub.sideTags().map(\.name)) == ["virt10-side-1", "virt10-side-2"])
    #expect(
      try await hub.sideTags(basedOn: "virt10-candidate")
        == [KojiSideTag(id: 5, name: "virt10-side-1", user: "builder")])
    #expect(try await hub.sideTags(of: "reviewer").map(\.id) == [6])
  }

  @Test func tasksAreRead() async throws {
    #expect(
      try await hub.task(900)
        == KojiTask(id: 900, state: .closed, method: "build", architecture: "noarch"))
    #expect(try await hub.children(of: 900).map(\.id) == [901, 902, 903])
    #expect(
      try await hub.outputs(of: 902)
        == [
          KojiOutput(name: "a-1-2.aarch64.rpm", size: 24),
          KojiOutput(name: "a-docs-1-2.noarch.rpm", volume: "big", size: 28),
        ])
    await #expect(throws: KojiFailure.unknownTask(hub: hub.address, task: 7)) {
      try await hub.task(7)
    }
  }
}
