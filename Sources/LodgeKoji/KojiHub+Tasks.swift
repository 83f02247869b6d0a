extension KojiHub {
  /// A task.
  ///
  /// - Throws: ``KojiFailure``, also where there is none of the number.
  package func task(_ id: Int) async throws(KojiFailure) -> KojiTask {
    let answer = try await call(XMLRPCCall("getTaskInfo", [.integer(Int64(id))]))
    guard answer != .null else { throw .unknownTask(hub: address, task: id) }
    return try reading("getTaskInfo") { () throws(MissingMember) in try KojiTask(answer) }
  }

  /// The tasks that a task had begun, in the order of their numbers.
  ///
  /// - Throws: ``KojiFailure``.
  package func children(of id: Int) async throws(KojiFailure) -> [KojiTask] {
    let answer = try await call(XMLRPCCall("getTaskChildren", [.integer(Int64(id))]))
    return try list("getTaskChildren", answer, KojiTask.init).sorted { $0.id < $1.id }
  }

  /// The files that a task left, in the order of their names; none once they are cleaned up.
  ///
  /// - Throws: ``KojiFailure``.
  package func outputs(of id: Int) async throws(KojiFailure) -> [KojiOutput] {
    let method = "listTaskOutput"
    let answer = try await call(
      XMLRPCCall(
        method, [.integer(Int64(id))],
        named: ["stat": .boolean(true), "all_volumes": .boolean(true)]))
    guard let files = answer.structure else {
      throw .unexpected(hub: address, method: method, reason: "it is no list of files")
    }
    var outputs: [KojiOutput] = []
    for (name, volumes) in files.sorted(by: { $0.key < $1.key }) {
      for (volume, status) in (volumes.structure ?? [:]).sorted(by: { $0.key < $1.key }) {
        let size = try reading(method) { () throws(MissingMember) in
          try status.required("st_size", \.integer)
        }
        outputs.append(KojiOutput(name: name, volume: volume, size: size))
      }
    }
    return outputs
  }

  /// Why a task failed, in the words of the hub; empty where it does not tell.
  func reason(ofFailed id: Int) async -> String {
    do throws(KojiFailure) {
      _ = try await call(XMLRPCCall("getTaskResult", [.integer(Int64(id))]))
      return ""
    } catch .refused(_, _, let fault) {
      return fault.text
    } catch {
      // The failure of the task is what is told; that its reason cannot be had adds nothing.
      return ""
    }
  }
}
