package import LodgeWeb

/// A hub of Koji, the server that knows builds, tags and tasks.
///
/// Reading needs no login.
///
/// **Source:** kojihub/kojihub.py for the methods and what they answer.
package struct KojiHub: Sendable {
  /// Such as `https://cbs.centos.org/kojihub`, without a slash at its end.
  package let address: String
  package let web: Web

  private static let batch = 100

  package init(_ address: String, through web: Web) {
    var trimmed = Substring(address)
    while trimmed.hasSuffix("/") { trimmed.removeLast() }
    (self.address, self.web) = (String(trimmed), web)
  }

  /// Asks the hub for the version of its interface.
  ///
  /// - Throws: ``KojiFailure`` where it is no hub, or one of another version.
  package func check() async throws(KojiFailure) {
    let version = try await call(XMLRPCCall("getAPIVersion"))
    guard let version = version.integer else {
      throw .noHub(hub: address, reason: "its interface has no version")
    }
    guard version == 1 else { throw .otherVersion(hub: address, found: version) }
  }

  /// What the hub answers to a call that changes nothing.
  ///
  /// - Throws: ``KojiFailure``.
  package func call(_ call: XMLRPCCall) async throws(KojiFailure) -> XMLRPCValue {
    try await answer(to: call, address: address, headers: [])
  }

  /// What the hub answers to calls that change nothing, a hundred in one request.
  ///
  /// - Throws: ``KojiFailure`` of the first call that the hub refuses.
  package func calls(_ calls: [XMLRPCCall]) async throws(KojiFailure) -> [XMLRPCValue] {
    var answers: [XMLRPCValue] = []
    for start in stride(from: 0, to: calls.count, by: Self.batch) {
      let batch = calls[start..<min(start + Self.batch, calls.count)]
      let members = batch.map {
        XMLRPCValue.structure([
          "methodName": .string($0.method), "params": .array($0.parameters),
        ])
      }
      let results = try await call(XMLRPCCall("multiCall", [.array(members)])).array ?? []
      guard results.count == batch.count else {
        throw .unexpected(
          hub: address, method: "multiCall",
          reason: "\(results.count) answers to \(batch.count) calls")
      }
      for (call, result) in zip(batch, results) {
        if let fault = XMLRPCFault(result) {
          throw .refused(hub: address, method: call.method, fault)
        }
        guard let values = result.array, values.count == 1 else {
          throw .unexpected(hub: address, method: call.method, reason: "it is no single value")
        }
        answers.append(values[0])
      }
    }
    return answers
  }

  /// One request, with the headers of a login if there is one.
  ///
  /// It may be sent twice: reading changes nothing, and calls with a login have a number by which
  /// the hub tells a second one.
  func answer(
    to call: XMLRPCCall, address place: String, headers: [(String, String)]
  ) async throws(KojiFailure) -> XMLRPCValue {
    let answer: XMLRPCAnswer
    do {
      answer = try XMLRPCAnswer(
        await web.post(
          call.document, to: place, type: "text/xml", headers: headers, isRepeatable: true,
          limit: XMLRPCAnswer.byteLimit))
    } catch let failure as WebFailure {
      throw .web(failure)
    } catch {
      throw .noHub(hub: address, reason: "\(error)")
    }
    switch answer {
    case .value(let value): return value
    case .fault(let fault): throw .refused(hub: address, method: call.method, fault)
    }
  }

  /// Turns an answer into a value, telling which method's it was where that cannot be.
  func reading<Value>(
    _ method: String, _ read: () throws(MissingMember) -> Value
  ) throws(KojiFailure) -> Value {
    do throws(MissingMember) {
      return try read()
    } catch {
      throw .unexpected(hub: address, method: method, reason: "\(error)")
    }
  }

  /// Turns an answer that is a list into values.
  func list<Value>(
    _ method: String, _ answer: XMLRPCValue,
    _ read: (XMLRPCValue) throws(MissingMember) -> Value
  ) throws(KojiFailure) -> [Value] {
    guard let items = answer.array else {
      throw .unexpected(hub: address, method: method, reason: "it is no list")
    }
    var values: [Value] = []
    for item in items {
      values.append(try reading(method) { () throws(MissingMember) in try read(item) })
    }
    return values
  }
}
