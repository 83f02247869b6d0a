import LodgeModel

extension Collector {
  /// Commands, events and `object-add` arms, from `query-qmp-schema`.
  package static let qmp = Collector(\.qmp) { root in
    try await root.qemu.fact { answers, binary in
      QMPSchema(answers.schema, source: binary)
    }
  }
}

extension QMPSchema {
  fileprivate init(_ entries: [QMPReply.SchemaEntry], source: Source) {
    let byName = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    func members(_ type: String?) -> [String: Member] {
      let fields = type.flatMap { byName[$0]?.members } ?? []
      return Dictionary(
        fields.map { ($0.name, Member($0, in: byName)) }, uniquingKeysWith: { first, _ in first })
    }
    var commands: [String: [String: Member]] = [:]
    for entry in entries where entry.metaType == "command" {
      commands[entry.name] = members(entry.argType)
    }
    var objects: [String: [String: Member]] = [:]
    let adding = byName["object-add"]?.argType.flatMap { byName[$0] }
    for arm in adding?.variants ?? [] { objects[arm.case] = members(arm.type) }
    self.init(
      source: source, commands: commands,
      events: entries.filter { $0.metaType == "event" }.map(\.name).sorted(), objects: objects)
  }
}

extension QMPSchema.Member {
  fileprivate init(
    _ field: QMPReply.SchemaEntry.Member, in entries: [String: QMPReply.SchemaEntry]
  ) {
    let entry = entries[field.type]
    let type =
      switch entry?.metaType {
      case "builtin": entry?.jsonType ?? field.type
      case let meta?: meta
      // The schema names an array by its element in brackets.
      case nil: field.type.hasPrefix("[") ? "array" : field.type
      }
    self.init(
      type: type, isOptional: field.isOptional, values: entry?.values ?? [],
      features: field.features ?? [])
  }
}
