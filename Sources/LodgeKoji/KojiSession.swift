import LodgeWeb

/// A login at a hub, which lets builds be tagged and moved.
///
/// Each call has a number of its own. A call that is sent again after a dropped connection keeps
/// it, and the hub does not do anything twice for one number.
///
/// **Source:** `ClientSession` in koji/__init__.py, and `Session` in kojihub/auth.py.
package actor KojiSession {
  package nonisolated let hub: KojiHub
  private let id: Int
  private let key: String
  private var number = 0

  private init(_ hub: KojiHub, id: Int, key: String) {
    (self.hub, self.id, self.key) = (hub, id, key)
  }

  /// Logs in with the certificate that the web of the hub has.
  ///
  /// - Throws: ``KojiFailure``, also where the hub knows nobody of this certificate.
  package init(on hub: KojiHub) async throws(KojiFailure) {
    // No certificate is shown without TLS.
    var secure = hub.address
    if secure.hasPrefix("http://") { secure = "https://" + secure.dropFirst("http://".count) }
    let hub = KojiHub(secure, through: hub.web)
    let call = XMLRPCCall("sslLogin", named: ["proxyuser": .null])
    let answer: XMLRPCValue
    do throws(KojiFailure) {
      answer = try await hub.answer(to: call, address: "\(secure)/ssllogin", headers: [])
    } catch {
      if case .refused(_, _, let fault) = error {
        throw .login(hub: secure, reason: fault.text)
      }
      if case .web(.status(_, let code, _)) = error, [401, 403].contains(code) {
        throw .login(hub: secure, reason: "the server answers \(code)")
      }
      throw error
    }
    guard let id = answer["session-id"].integer, let key = answer["session-key"].string else {
      throw .login(hub: secure, reason: "it gives no session")
    }
    // Other hubs want the key in the address, where logs would keep it.
    guard answer["header-auth"].boolean == true else {
      throw .login(hub: secure, reason: "it is older than version 1.30")
    }
    self.init(hub, id: id, key: key)
  }

  /// Asks for a build to be tagged, and tells the task that does it.
  ///
  /// - Throws: ``KojiFailure``.
  package func tag(_ build: KojiBuild, with tag: String) async throws(KojiFailure) -> Int {
    try await begin(
      XMLRPCCall("tagBuild", [.string(tag), .integer(Int64(build.id))]))
  }

  /// Asks for a build to be moved from one tag to another, and tells the task that does it.
  ///
  /// - Throws: ``KojiFailure``.
  package func move(
    _ build: KojiBuild, from source: String, to target: String
  ) async throws(KojiFailure) -> Int {
    try await begin(
      XMLRPCCall(
        "moveBuild", [.string(source), .string(target), .integer(Int64(build.id))]))
  }

  /// Ends the login.
  ///
  /// - Throws: ``KojiFailure``.
  package func logOut() async throws(KojiFailure) {
    _ = try await call(XMLRPCCall("logout"))
  }

  private func begin(_ call: XMLRPCCall) async throws(KojiFailure) -> Int {
    guard let task = try await self.call(call).integer else {
      throw .unexpected(hub: hub.address, method: call.method, reason: "it is no task")
    }
    return task
  }

  private func call(_ call: XMLRPCCall) async throws(KojiFailure) -> XMLRPCValue {
    let headers = [
      ("Koji-Session-Id", "\(id)"), ("Koji-Session-Key", key),
      ("Koji-Session-Callnum", "\(number)"),
    ]
    number += 1
    return try await hub.answer(to: call, address: hub.address, headers: headers)
  }
}

extension KojiHub {
  /// Does some work with a login, which ends with the work.
  ///
  /// - Throws: ``KojiFailure`` of the login or the work.
  package func withLogin<Value>(
    _ work: (KojiSession) async throws(KojiFailure) -> Value
  ) async throws(KojiFailure) -> Value {
    let session = try await KojiSession(on: self)
    let result: Result<Value, KojiFailure>
    do throws(KojiFailure) {
      result = .success(try await work(session))
    } catch {
      result = .failure(error)
    }
    // A hub ends an unused login by itself; what came of the work counts more.
    try? await session.logOut()
    return try result.get()
  }
}
