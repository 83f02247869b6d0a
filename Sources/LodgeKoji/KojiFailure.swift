package import LodgeWeb

/// Why a hub's builds could not be read or moved.
package enum KojiFailure: Error, Equatable, CustomStringConvertible {
  case web(WebFailure)
  /// An address that answers, but not as a hub does.
  case noHub(hub: String, reason: String)
  case otherVersion(hub: String, found: Int)
  /// A call that the hub refuses for a reason of its own.
  case refused(hub: String, method: String, XMLRPCFault)
  /// An answer that lacks what it should have.
  case unexpected(hub: String, method: String, reason: String)
  case unknownTag(hub: String, tag: String, event: Int?)
  case unknownBuild(hub: String, build: String)
  case deletedBuild(hub: String, build: String)
  case incompleteBuild(hub: String, build: String, KojiBuild.State)
  case unknownTask(hub: String, task: Int)
  case unfinishedTask(hub: String, task: Int, KojiTask.State)
  case failedTask(hub: String, task: Int, KojiTask.State, reason: String)
  case nothingBuilt(hub: String, request: String, architecture: String)
  /// A name that could lead out of the place that it is part of.
  case unsafeName(String, of: String)
  case login(hub: String, reason: String)
  /// Builds that a tag no longer has as its newest ones, or has beside those that are meant.
  case moved(hub: String, tag: String, gone: [String], appeared: [String])
  /// A build that the tag has only from another one.
  case inherited(hub: String, build: String, tag: String, owner: String)
  case locked(hub: String, tag: String)
  /// A build that did not come to where it was to be, though the hub reported no error.
  case misplaced(hub: String, build: String, tag: String)
  /// Some builds came to the tag before one did not.
  indirect case halfDone(hub: String, tag: String, done: [String], KojiFailure)

  package var description: String {
    switch self {
    case .web(let failure): "\(failure)"
    case .noHub(let hub, let reason):
      "\(hub) does not answer as a Koji hub: \(reason); give the address that ends in /kojihub"
    case .otherVersion(let hub, let found):
      "\(hub) speaks version \(found) of Koji's interface, version 1 is needed;"
        + " use another hub"
    case .refused(let hub, let method, let fault):
      "\(hub) refuses \(method): \(fault.text) (code \(fault.code))"
    case .unexpected(let hub, let method, let reason):
      "cannot use what \(hub) answers to \(method): \(reason); tell who runs the hub"
    case .unknownTag(let hub, let tag, let event):
      "\(hub) has no tag \(tag)\(event.map { " at event \($0)" } ?? "");"
        + " koji list-tags names those it has"
    case .unknownBuild(let hub, let build):
      "\(hub) has no build \(build); check its name, version and release, or its number"
    case .deletedBuild(let hub, let build):
      "build \(build) was deleted on \(hub), its packages are gone; choose another build"
    case .incompleteBuild(let hub, let build, let state):
      "build \(build) on \(hub) is \(state.word); \(Self.remedy(for: state))"
    case .unknownTask(let hub, let task): "\(hub) has no task \(task); check its number"
    case .unfinishedTask(let hub, let task, let state):
      "task \(task) on \(hub) is still \(state.word); wait for it, then try again"
    case .failedTask(let hub, let task, let state, let reason):
      "task \(task) on \(hub) is \(state.word)\(reason.isEmpty ? "" : ": \(reason)");"
        + " koji taskinfo \(task) tells more"
    case .nothingBuilt(let hub, let request, let architecture):
      "\(request) on \(hub) has no packages for \(architecture);"
        + " check the architecture, and whether its files were cleaned up"
    case .unsafeName(let name, let kind):
      "a hub names \(kind) \(String(reflecting: name.prefix(80))), which is no name;"
        + " do not trust this hub"
    case .login(let hub, let reason):
      "cannot log in to \(hub): \(reason); check the certificate and its user"
    case .moved(let hub, let tag, let gone, let appeared):
      "tag \(tag) on \(hub) has changed: \(Self.change(gone, appeared));"
        + " judge what it has now, then try again"
    case .inherited(let hub, let build, let tag, let owner):
      "build \(build) cannot be moved from tag \(tag) on \(hub), which has it from \(owner);"
        + " tag it instead"
    case .locked(let hub, let tag):
      "tag \(tag) on \(hub) is locked; ask who owns it to unlock it"
    case .misplaced(let hub, let build, let tag):
      "build \(build) is not where it was to be in regard of tag \(tag) on \(hub);"
        + " koji list-history --build \(build) tells what happened to it"
    case .halfDone(let hub, let tag, let done, let failure):
      "\(done.joined(separator: ", ")) came to tag \(tag) on \(hub), then: \(failure)"
    }
  }

  private static func remedy(for state: KojiBuild.State) -> String {
    state == .building ? "wait for it, then try again" : "choose another build"
  }

  private static func change(_ gone: [String], _ appeared: [String]) -> String {
    let parts = [
      gone.isEmpty ? "" : "\(gone.joined(separator: ", ")) is no longer its newest",
      appeared.isEmpty ? "" : "\(appeared.joined(separator: ", ")) is new",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}
