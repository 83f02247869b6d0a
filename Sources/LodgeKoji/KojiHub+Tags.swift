extension KojiHub {
  /// The last thing that happened on the hub.
  ///
  /// - Throws: ``KojiFailure``.
  package func lastEvent() async throws(KojiFailure) -> KojiEvent {
    let answer = try await call(XMLRPCCall("getLastEvent"))
    return try reading("getLastEvent") { () throws(MissingMember) in try KojiEvent(answer) }
  }

  /// A tag as it was at an event.
  ///
  /// - Throws: ``KojiFailure``, also where there was none of the name.
  package func tag(_ name: String, at event: KojiEvent) async throws(KojiFailure) -> KojiTag {
    let answer = try await call(
      XMLRPCCall("getTag", [.string(name)], named: ["event": .integer(Int64(event.id))]))
    guard answer != .null else {
      throw .unknownTag(hub: address, tag: name, event: event.id)
    }
    return try reading("getTag") { () throws(MissingMember) in try KojiTag(answer) }
  }

  /// The builds that a tag had at an event, those that were tagged last first.
  ///
  /// Inherited are builds that the tag has from others. Drafts: true for them alone, false for
  /// none, nil for all builds.
  ///
  /// - Throws: ``KojiFailure``.
  package func builds(
    in tag: String, at event: KojiEvent, inherited: Bool, drafts: Bool? = nil
  ) async throws(KojiFailure) -> [KojiBuild] {
    let known = try await self.tag(tag, at: event)
    let answer = try await call(
      XMLRPCCall(
        "listTagged", [.integer(Int64(known.id))],
        named: Self.options(event, drafts, ["inherit": .boolean(inherited)])))
    return try list("listTagged", answer, KojiBuild.init)
  }

  /// The build of each package that was tagged last, inherited ones included.
  ///
  /// - Throws: ``KojiFailure``.
  package func latestBuilds(
    in tag: String, at event: KojiEvent, drafts: Bool? = nil
  ) async throws(KojiFailure) -> [KojiBuild] {
    let known = try await self.tag(tag, at: event)
    let answer = try await call(
      XMLRPCCall(
        "getLatestBuilds", [.integer(Int64(known.id))], named: Self.options(event, drafts)))
    return try list("getLatestBuilds", answer, KojiBuild.init)
  }

  /// The tags that users made for builds of their own.
  ///
  /// With a base only those that inherit from this tag, with a user only those of this user.
  ///
  /// - Throws: ``KojiFailure``, also where the hub has no side tags at all.
  package func sideTags(
    basedOn base: String? = nil, of user: String? = nil
  ) async throws(KojiFailure) -> [KojiSideTag] {
    var named: [String: XMLRPCValue] = [:]
    if let base { named["basetag"] = .string(base) }
    if let user { named["user"] = .string(user) }
    let answer = try await call(XMLRPCCall("listSideTags", named: named))
    return try list("listSideTags", answer, KojiSideTag.init)
  }

  private static func options(
    _ event: KojiEvent, _ drafts: Bool?, _ more: [String: XMLRPCValue] = [:]
  ) -> [String: XMLRPCValue] {
    var named = more
    named["event"] = .integer(Int64(event.id))
    // Hubs before 1.34 refuse the word.
    if let drafts { named["draft"] = .boolean(drafts) }
    return named
  }
}
