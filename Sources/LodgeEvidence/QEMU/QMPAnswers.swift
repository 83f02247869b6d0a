import LodgeHost

/// The replies of one QEMU to all questions that collectors have.
struct QMPAnswers: Sendable {
  let version: QMPReply.Version
  let schema: [QMPReply.SchemaEntry]
  let types: [QMPReply.TypeInfo]
  /// Properties by type, for guest objects, memory backends, accelerators and newest machines.
  let properties: [String: [QMPReply.Property]]
  /// Properties by type, for ``PluggedDevices``; empty where QEMU would not tell them.
  let devices: [String: [QMPReply.Property]]
  let machines: [QMPReply.Machine]
  let cpuModels: [QMPReply.CPUModel]
  let optionGroups: [QMPReply.OptionGroup]
  /// What `-help` prints.
  let help: String

  /// Runs QEMU for what there is and, beside it, for its help; then for the properties of what was
  /// found.
  ///
  /// - Throws: ``QMPFailure`` where it crashed, hung or printed something else than QMP.
  init(
    askingQEMU program: String, in sandbox: Sandbox, deadline: Duration = .seconds(60)
  ) async throws {
    @Sendable func converse(_ questions: [QMPQuestion]) async throws(QMPFailure) -> QMPConversation
    {
      try await QMPConversation(with: program, in: sandbox, asking: questions, deadline: deadline)
    }
    async let help = sandbox.command(
      program, ["-help"], deadline: deadline, outputLimit: 1 << 20
    ).run()
    let first = try await converse([
      .schema, .types(below: nil), .types(below: "confidential-guest-support"),
      .types(below: "memory-backend"), .types(below: "accel"), .machines, .cpuModels,
      .commandLineOptions,
    ])
    version = first.version
    schema = try first.reply(0)
    types = try first.reply(1)
    machines = try first.reply(5)
    cpuModels = try first.reply(6)
    optionGroups = try first.reply(7)
    let parents: [[QMPReply.TypeInfo]] = [
      try first.reply(2), try first.reply(3), try first.reply(4),
    ]
    let interesting =
      parents.flatMap { $0.map(\.name).sorted() } + Self.newest(machines)
      + Self.fullProcessor(types)
    // Some builds abort over a type whose module is packaged apart ("missing object type", QEMU
    // qom/object.c), so devices are asked for apart: without them the other answers still hold.
    let there = Set(types.map(\.name))
    async let plugged = try? Self.listed(
      PluggedDevices.names.filter(there.contains), by: QMPQuestion.deviceProperties,
      asking: converse)
    properties = try await Self.listed(interesting, by: QMPQuestion.properties, asking: converse)
    devices = await plugged ?? [:]
    self.help = String(decoding: try await help.output, as: UTF8.self)
  }

  /// The newest machines of both chip sets; older versions of them have the same properties.
  private static func newest(_ machines: [QMPReply.Machine]) -> [String] {
    machines.filter { ["q35", "pc"].contains($0.alias) }.map { "\($0.name)-machine" }
  }

  /// The processor that has every feature as a property.
  private static func fullProcessor(_ types: [QMPReply.TypeInfo]) -> [String] {
    types.map(\.name).filter { $0 == "max-x86_64-cpu" }
  }

  /// The properties of types, by type.
  private static func listed(
    _ names: [String], by question: (String) -> QMPQuestion,
    asking converse: @Sendable ([QMPQuestion]) async throws(QMPFailure) -> QMPConversation
  ) async throws(QMPFailure) -> [String: [QMPReply.Property]] {
    let conversation = try await converse(names.map(question))
    var properties: [String: [QMPReply.Property]] = [:]
    for (index, name) in names.enumerated() { properties[name] = try conversation.reply(index) }
    return properties
  }
}
