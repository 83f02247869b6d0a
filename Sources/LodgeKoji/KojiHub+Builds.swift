/// What a build is called by whoever asks for it.
package enum KojiBuildName: Hashable, Sendable, CustomStringConvertible {
  case id(Int)
  /// Name, version and release; that of a draft with `,draft_` and a number.
  case nvr(String)

  /// A text of digits is the number of a build.
  package init(_ text: String) {
    self = Int(text).map { .id($0) } ?? .nvr(text)
  }

  package var description: String {
    switch self {
    case .id(let id): "\(id)"
    case .nvr(let nvr): nvr
    }
  }

  fileprivate var value: XMLRPCValue {
    switch self {
    case .id(let id): .integer(Int64(id))
    case .nvr(let nvr): .string(nvr)
    }
  }
}

extension KojiHub {
  /// A build, in whatever state it is.
  ///
  /// - Throws: ``KojiFailure``, also where there is none of the name.
  package func build(_ name: KojiBuildName) async throws(KojiFailure) -> KojiBuild {
    try await builds([name])[0]
  }

  /// Builds, in whatever state they are, in the order of their names.
  ///
  /// - Throws: ``KojiFailure``, also where one is not known.
  package func builds(_ names: [KojiBuildName]) async throws(KojiFailure) -> [KojiBuild] {
    let answers = try await calls(names.map { XMLRPCCall("getBuild", [$0.value]) })
    var builds: [KojiBuild] = []
    for (name, answer) in zip(names, answers) {
      guard answer != .null else { throw .unknownBuild(hub: address, build: "\(name)") }
      builds.append(
        try reading("getBuild") { () throws(MissingMember) in try KojiBuild(answer) })
    }
    return builds
  }

  /// Builds that are complete, so that they have packages.
  ///
  /// - Throws: ``KojiFailure``, also for a deleted build and one that is not done.
  package func completeBuilds(_ names: [KojiBuildName]) async throws(KojiFailure) -> [KojiBuild] {
    let builds = try await builds(names)
    for build in builds { try check(build) }
    return builds
  }

  /// The packages of builds, for all architectures and of all kinds; one list for each build.
  ///
  /// - Throws: ``KojiFailure``.
  package func rpms(of builds: [KojiBuild]) async throws(KojiFailure) -> [[KojiRPM]] {
    let answers = try await calls(
      builds.map { XMLRPCCall("listBuildRPMs", [.integer(Int64($0.id))]) })
    var lists: [[KojiRPM]] = []
    for answer in answers { lists.append(try list("listBuildRPMs", answer, KojiRPM.init)) }
    return lists
  }

  private func check(_ build: KojiBuild) throws(KojiFailure) {
    switch build.state {
    case .complete: return
    case .deleted: throw .deletedBuild(hub: address, build: build.nvr)
    case let state: throw .incompleteBuild(hub: address, build: build.nvr, state)
    }
  }
}
