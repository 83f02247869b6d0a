import LodgeHost

/// The replies of one QEMU to all questions that collectors have.
struct QMPAnswers: Sendable {
  let version: QMPReply.Version
  let schema: [QMPReply.SchemaEntry]
  let types: [QMPReply.TypeInfo]
  /// Properties by type, for the types that ``properties(of:)`` picks.
  let properties: [String: [QMPReply.Property]]
  let machines: [QMPReply.Machine]
  let cpuModels: [QMPReply.CPUModel]

  /// Runs QEMU twice: once for what there is, once for the properties of what was found.
  ///
  /// - Throws: ``QMPFailure`` where it crashed, hung or printed something else than QMP.
  init(
    askingQEMU program: String, in sandbox: Sandbox, deadline: Duration = .seconds(20)
  ) async throws {
    func converse(_ questions: [QMPQuestion]) async throws(QMPFailure) -> QMPConversation {
      try await QMPConversation(with: program, in: sandbox, asking: questions, deadline: deadline)
    }
    let first = try await converse([
      .schema, .types(below: nil), .types(below: "confidential-guest-support"),
      .types(below: "memory-backend"), .machines, .cpuModels,
    ])
    version = first.version
    schema = try first.reply(0)
    types = try first.reply(1)
    machines = try first.reply(4)
    cpuModels = try first.reply(5)
    let guests: [QMPReply.TypeInfo] = try first.reply(2)
    let backends: [QMPReply.TypeInfo] = try first.reply(3)
    let interesting = (guests + backends).map(\.name).sorted() + Self.newestQ35(machines)
    let second = try await converse(interesting.map(QMPQuestion.properties))
    var properties: [String: [QMPReply.Property]] = [:]
    for (index, name) in interesting.enumerated() { properties[name] = try second.reply(index) }
    self.properties = properties
  }

  private static func newestQ35(_ machines: [QMPReply.Machine]) -> [String] {
    machines.filter { $0.alias == "q35" }.map { "\($0.name)-machine" }
  }
}
