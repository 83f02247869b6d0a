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
      events: entries.filter { $0.metaType == "event" }.map(\.name).sorted(), objects: objects,
      shapes: Shapes(of: Self.shapedCommands, answering: Self.shapedAnswers, in: byName))
  }
}

extension QMPSchema.Shapes {
  /// Follows the types from the arguments of some commands and the answers of others.
  fileprivate init(
    of names: [String], answering others: [String], in entries: [String: QMPReply.SchemaEntry]
  ) {
    var (commands, answers): ([String: String], [String: String]) = ([:], [:])
    for name in names { commands[name] = entries[name]?.argType }
    for name in others { answers[name] = entries[name]?.returnType }
    var types: [String: QMPSchema.Shape] = [:]
    var pending = Array(commands.values) + answers.values
    while let name = pending.popLast() {
      guard types[name] == nil, let entry = entries[name] else { continue }
      let shape = QMPSchema.Shape(entry)
      types[name] = shape
      pending += shape.parts
    }
    self.init(commands: commands, types: types, answers: answers)
  }
}

extension QMPSchema.Shape {
  fileprivate init(_ entry: QMPReply.SchemaEntry) {
    switch entry.metaType {
    case "object":
      let members = (entry.members ?? []).map { member in
        let isDeprecated = member.features?.contains("deprecated") ?? false
        return (
          member.name,
          QMPSchema.ShapeMember(
            type: member.type, isOptional: member.isOptional, isDeprecated: isDeprecated)
        )
      }
      let arms = (entry.variants ?? []).map { ($0.case, $0.type) }
      self = .object(
        members: Dictionary(members, uniquingKeysWith: { first, _ in first }), tag: entry.tag,
        arms: Dictionary(arms, uniquingKeysWith: { first, _ in first }))
    case "enum": self = .enumeration(entry.values ?? [])
    case "array": self = .array(of: entry.elementType ?? "any")
    case "alternate": self = .alternate(entry.alternatives ?? [])
    default: self = .builtin(entry.jsonType ?? "value")
    }
  }

  /// The types that the type is made of.
  fileprivate var parts: [String] {
    switch self {
    case .builtin, .enumeration: []
    case .array(let element): [element]
    case .object(let members, _, let arms): members.values.map(\.type) + arms.values
    case .alternate(let types): types
    }
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
