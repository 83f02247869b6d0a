import LodgeKoji
import LodgeTesting
import LodgeWeb
import Testing

@Suite(.withHub)
struct KojiFaultTests {
  private let place: KojiPlace

  init() async throws { place = try await KojiPlace.shared.value }

  private func failure(_ hub: KojiHub) async throws -> KojiFailure {
    try #require(
      await #expect(throws: KojiFailure.self) {
        try await hub.latestBuilds(in: "virt10-candidate", at: KojiEvent(id: 3))
      })
  }

  @Test func aDocumentThatIsCutIsNoAnswer() async throws {
    guard case .noHub(_, let reason) = try await failure(place.hub("cut=150")) else {
      Issue.record("another failure")
      return
    }
    #expect(reason.contains("does not end"))
  }

  @Test func aDroppedAnswerIsAskedForAgain() async throws {
    let hub = try place.hub("drop=150&times=2&id=answer")
    #expect(try await hub.latestBuilds(in: "virt10-candidate", at: KojiEvent(id: 3)).count == 2)
    guard case .web(.cutShort(_, received: 150, _)) = try await failure(place.hub("drop=150"))
    else {
      Issue.record("another failure")
      return
    }
  }

  @Test func aHubThatIsNotReadyIsAskedAgain() async throws {
    let hub = try place.hub("status=502&times=2&id=hub")
    #expect(try await hub.lastEvent().id >= 23)
    guard case .web(.status(_, code: 502, _)) = try await failure(place.hub("status=502")) else {
      Issue.record("another failure")
      return
    }
  }

  @Test func anEnormousAnswerIsLeft() async throws {
    guard case .web(.tooLarge) = try await failure(place.hub("endless=1")) else {
      Issue.record("another failure")
      return
    }
  }

  @Test func aHubThatStallsIsGivenUp() async throws {
    let patience = Patience(stall: .milliseconds(200), tries: 1)
    guard
      case .web(.stalled) = try await failure(place.hub("stall=100", patience: patience))
    else {
      Issue.record("another failure")
      return
    }
  }

  @Test func aHubThatMovedIsNotFollowed() async throws {
    guard case .web(.redirected) = try await failure(place.hub("circle=1")) else {
      Issue.record("another failure")
      return
    }
  }

  @Test func anotherServerIsNoHub() async throws {
    let web = try Web(patience: KojiPlace.patience, proxies: .none)
    guard
      case .web(.status(_, code: 404, _)) = try await failure(
        KojiHub(place.server.files(), through: web))
    else {
      Issue.record("another failure")
      return
    }
  }

  @Test func everyFailureTellsWhereAndWhatToDo() {
    let hub = "https://hub"
    let failures: [KojiFailure] = [
      .noHub(hub: hub, reason: "r"), .otherVersion(hub: hub, found: 2),
      .unexpected(hub: hub, method: "m", reason: "r"), .unknownTag(hub: hub, tag: "t", event: 1),
      .unknownBuild(hub: hub, build: "b"), .deletedBuild(hub: hub, build: "b"),
      .incompleteBuild(hub: hub, build: "b", .building), .unknownTask(hub: hub, task: 1),
      .unfinishedTask(hub: hub, task: 1, .open),
      .failedTask(hub: hub, task: 1, .failed, reason: "r"),
      .nothingBuilt(hub: hub, request: "tag t", architecture: "a"),
      .login(hub: hub, reason: "r"), .moved(hub: hub, tag: "t", gone: ["a"], appeared: ["b"]),
      .inherited(hub: hub, build: "b", tag: "t", owner: "o"), .locked(hub: hub, tag: "t"),
      .misplaced(hub: hub, build: "b", tag: "t"),
      .halfDone(hub: hub, tag: "t", done: ["a"], .locked(hub: hub, tag: "t")),
    ]
    for failure in failures {
      #expect("\(failure)".contains(hub) && "\(failure)".contains(";"), "\(failure)")
    }
    #expect("\(KojiFailure.unsafeName("a\n", of: "a build"))".contains(#""a\n""#))
  }
}
