import Foundation
import LodgeKoji
import LodgeTesting
import LodgeWeb
import Testing

@Suite(.withHub)
struct KojiPromotionTests {
  private let place: KojiPlace
  private let wait = KojiWait(
    firstPause: .milliseconds(20), longestPause: .milliseconds(100), deadline: .seconds(20))

  init() async throws { place = try await KojiPlace.shared.value }

  private func promotion(
    _ word: String, _ builds: [Int], _ way: KojiPromotion.Way, to target: String? = nil
  ) async throws -> KojiPromotion {
    try await KojiPromotion(
      of: builds.map { .id($0) }, from: "\(word)-from", to: target ?? "\(word)-to", way: way,
      on: try place.hub())
  }

  private func builds(in tag: String) async throws -> Set<Int> {
    let hub = try place.hub()
    return Set(
      try await hub.builds(in: tag, at: hub.lastEvent(), inherited: false).map(\.id))
  }

  private func carryOut(
    _ promotion: KojiPromotion, fault: String? = nil
  ) async throws -> [String] {
    try await place.secureHub(fault: fault).withLogin { session throws(KojiFailure) in
      var arrived: [String] = []
      try await promotion.carryOut(by: session, waiting: wait) { arrived.append($0.name) }
      return arrived
    }
  }

  @Test func buildsAreTaggedAndStay() async throws {
    let planned = try await promotion("tag", [11, 20], .tag)
    #expect(planned.pending.map(\.id) == [11, 20])
    #expect(try await carryOut(planned) == ["qemu-kvm", "libvirt"])
    #expect(try await builds(in: "tag-to") == [11, 20])
    #expect(try await builds(in: "tag-from") == [11, 20])
    #expect(try await promotion("tag", [11, 20], .tag).pending.isEmpty)
  }

  @Test func buildsAreMovedAndAnOlderOneStays() async throws {
    let planned = try await promotion("move", [11, 20], .move)
    #expect(try await carryOut(planned) == ["qemu-kvm", "libvirt"])
    #expect(try await builds(in: "move-to") == [11, 20])
    #expect(try await builds(in: "move-from") == [10])
    let again = try await promotion("move", [11, 20], .move)
    #expect(again.pending.isEmpty)
  }

  @Test func aMoveThatWasBegunIsFinished() async throws {
    let planned = try await promotion("again", [11, 20], .move)
    #expect(planned.pending.map(\.id) == [20])
    #expect(try await carryOut(planned) == ["libvirt"])
  }

  @Test func aTagThatHasChangedIsRefused() async throws {
    let hub = try place.hub().address
    let cases: [([Int], [String], [String])] = [
      ([11, 20], ["libvirt-11.0-1.el10"], []),
      ([10], ["qemu-kvm-9.1-1.el10"], ["qemu-kvm-9.1-2.el10"]),
    ]
    for (judged, gone, appeared) in cases {
      for way in [KojiPromotion.Way.tag, .move] {
        await #expect(
          throws: KojiFailure.moved(hub: hub, tag: "gone-from", gone: gone, appeared: appeared)
        ) { try await promotion("gone", judged, way) }
      }
    }
    let stale = try await promotion("gone", [11], .tag)
    var changed = stale
    changed.judged = stale.judged + [try await place.hub().build(.id(20))]
    await #expect(throws: KojiFailure.self) { try await carryOut(changed) }
    #expect(try await builds(in: "gone-to").isEmpty)
  }

  @Test func whatIsInheritedCanBeTaggedAndNotMoved() async throws {
    let hub = try place.hub().address
    await #expect(
      throws: KojiFailure.inherited(
        hub: hub, build: "libvirt-11.0-1.el10", tag: "heir-from", owner: "base")
    ) { try await promotion("heir", [11, 20], .move) }
    #expect(try await promotion("heir", [11, 20], .tag).pending.count == 2)
  }

  @Test func lockedTagsAndIncompleteBuildsAreRefused() async throws {
    let hub = try place.hub().address
    await #expect(throws: KojiFailure.locked(hub: hub, tag: "virt10-locked")) {
      try await promotion("gone", [11], .tag, to: "virt10-locked")
    }
    await #expect(throws: KojiFailure.deletedBuild(hub: hub, build: "old-1-1")) {
      try await promotion("gone", [50], .tag)
    }
  }

  @Test func whatTheHubForbidsIsTold() async throws {
    let planned = try await promotion("gone", [11], .tag, to: "virt10-choosy")
    let failure = await #expect(throws: KojiFailure.self) { try await carryOut(planned) }
    #expect("\(try #require(failure))".contains("qemu-kvm not in list for virt10-choosy"))
  }

  @Test func aTaskThatFailsIsToldWithItsReason() async throws {
    let planned = try await promotion("fail", [61], .move)
    let failure = await #expect(throws: KojiFailure.self) { try await carryOut(planned) }
    #expect("\(try #require(failure))".contains("failed: policy violation"))
    #expect(try await builds(in: "fail-from") == [61])
  }

  @Test func whatWasDoneBeforeAFailureIsTold() async throws {
    let planned = try await promotion("half", [11, 61], .tag)
    let failure = await #expect(throws: KojiFailure.self) { try await carryOut(planned) }
    guard case .halfDone(_, "half-to", ["qemu-kvm-9.1-2.el10"], _) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
  }

  @Test func aBuildThatDoesNotArriveIsNotBelieved() async throws {
    let planned = try await promotion("vanish", [62], .tag)
    let failure = await #expect(throws: KojiFailure.self) { try await carryOut(planned) }
    guard case .misplaced(_, "zz-lost-1-1", "vanish-to") = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
  }

  /// The hub does what it is asked for, its answer is lost, and the second request does nothing.
  @Test func nothingIsDoneTwiceWhereAnAnswerIsLost() async throws {
    let planned = try await promotion("lost", [11], .move)
    #expect(try await carryOut(planned, fault: "lost=moveBuild") == ["qemu-kvm"])
    #expect(try await builds(in: "lost-to") == [11])
  }
}

@Suite(.withHub)
struct KojiSessionTests {
  private let place: KojiPlace

  init() async throws { place = try await KojiPlace.shared.value }

  @Test(arguments: ["stranger", nil])
  func whoIsNotKnownIsRefused(_ user: String?) async throws {
    let hub = try await place.secureHub(user)
    let failure = await #expect(throws: KojiFailure.self) { try await KojiSession(on: hub) }
    guard case .login(_, let reason) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(reason.contains("could not verify client"))
  }

  @Test func nothingIsDoneAfterTheEndOfALogin() async throws {
    let session = try await KojiSession(on: place.secureHub("reviewer"))
    try await session.logOut()
    let build = try await place.hub().build(.id(11))
    let failure = await #expect(throws: KojiFailure.self) {
      try await session.tag(build, with: "base")
    }
    #expect("\(try #require(failure))".contains("Invalid session"))
  }

  @Test func aTaskThatTakesTooLongIsLeft() async throws {
    let hub = try place.hub()
    let wait = KojiWait(firstPause: .milliseconds(1), deadline: .milliseconds(30))
    await #expect(throws: KojiFailure.unfinishedTask(hub: hub.address, task: 910, .open)) {
      try await hub.finish(910, waiting: wait)
    }
    try await hub.finish(900, waiting: wait)
  }
}
