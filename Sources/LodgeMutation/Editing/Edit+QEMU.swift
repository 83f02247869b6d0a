import LodgeModel

// Changes of QEMU's program.
extension Edit {
  /// Where the program is.
  static let qemuPrograms = ["usr/bin/qemu-system-x86_64"]

  /// Changes the program itself.
  static func program(
    _ title: String, change: @escaping @Sendable (inout ELFEditor) throws -> Void
  ) -> Self {
    elf(
      "QEMU \(title)", in: qemuPrograms, facts: .of(.qemu), changesQEMU: true, change: change)
  }
}

// Changes of what QEMU answers.
extension Edit {
  /// Takes a property of a QOM type out of the answer that lists them.
  static func withoutProperty(_ property: String, of type: String) -> Self {
    properties(of: type, "has no \(property)") { elements in
      elements.removeAll { $0["name"]?.text == property }
    }
  }

  /// Gives a property of a QOM type another type.
  static func property(_ property: String, of type: String, is kind: String) -> Self {
    properties(of: type, "takes \(kind) for \(property)") { elements in
      for index in elements.indices where elements[index]["name"]?.text == property {
        elements[index]["type"] = .string(kind)
      }
    }
  }

  /// Adds a property to a QOM type.
  static func addProperty(_ property: String, of type: String, is kind: String) -> Self {
    properties(of: type, "has \(property)") { elements in
      elements.append(.object([.init("name", .string(property)), .init("type", .string(kind))]))
    }
  }

  private static func properties(
    of type: String, _ title: String,
    change: @escaping @Sendable (inout [JSONTree]) -> Void
  ) -> Self {
    reply("\(type) \(title)", to: "qom-list-properties", ["typename": type]) {
      change(&$0.elements)
    }
  }

  /// Takes a QOM type out of the answers that list them.
  static func withoutType(_ type: String) -> Self {
    reply("QEMU has no \(type)", to: "qom-list-types") { types in
      types.elements.removeAll { $0["name"]?.text == type }
    }
  }

  /// Changes one answer of QEMU.
  static func reply(
    _ title: String, to command: String, _ arguments: [String: String] = [:],
    change: @escaping @Sendable (inout JSONTree) throws -> Void
  ) -> Self {
    Self(
      title, replies: [ReplyEdit(command: command, arguments: arguments, change: change)])
  }

  /// Changes what QEMU refuses a command with.
  static func refusal(
    _ title: String, of command: String,
    change: @escaping @Sendable (inout JSONTree) throws -> Void
  ) -> Self {
    Self(title, replies: [ReplyEdit(command: command, part: "error", change: change)])
  }

  /// Gives a property of a fresh object another value.
  static func fresh(_ type: String, _ property: String, is value: JSONTree) -> Self {
    reply(
      "a fresh \(type) has \(property) \(value.text())", to: "qom-get",
      ["path": "/objects/\(type)", "property": property]
    ) { $0 = value }
  }

  /// Changes what QEMU dumps of the form in which it saves devices.
  static func savedState(
    _ title: String, change: @escaping @Sendable (inout JSONTree) throws -> Void
  ) -> Self {
    Self(title, replies: [ReplyEdit(command: "-dump-vmstate", change: change)])
  }

  /// Changes the list of processor models.
  static func models(
    _ title: String, change: @escaping @Sendable (inout [JSONTree]) -> Void
  ) -> Self {
    reply(title, to: "query-cpu-definitions") { change(&$0.elements) }
  }

  /// Changes the members that the schema gives to one object of `object-add`.
  static func schema(
    of object: String, _ title: String,
    change: @escaping @Sendable (inout [JSONTree]) -> Void
  ) -> Self {
    reply("the schema of \(object) \(title)", to: "query-qmp-schema") { schema in
      guard let adding = schema.entry("object-add")?["arg-type"]?.text,
        let arm = schema.entry(adding)?["variants"]?.elements
          .first(where: { $0["case"]?.text == object })?["type"]?.text,
        let place = schema.elements.firstIndex(where: { $0["name"]?.text == arm })
      else { throw StaleEdit("object-add has no \(object)") }
      var entries = schema.elements
      var members = entries[place]["members"]?.elements ?? []
      change(&members)
      entries[place]["members"] = .array(members)
      schema.elements = entries
    }
  }

  /// Takes an object out of what the schema lets `object-add` make.
  static func schemaWithout(object: String) -> Self {
    reply("object-add makes no \(object)", to: "query-qmp-schema") { schema in
      guard let adding = schema.entry("object-add")?["arg-type"]?.text,
        let place = schema.elements.firstIndex(where: { $0["name"]?.text == adding })
      else { throw StaleEdit("there is no object-add") }
      var entries = schema.elements
      let arms = entries[place]["variants"]?.elements ?? []
      entries[place]["variants"] = .array(arms.filter { $0["case"]?.text != object })
      schema.elements = entries
    }
  }

  /// Gives QEMU another version in its greeting.
  static func version(_ major: Int, _ minor: Int, _ micro: Int) -> Self {
    reply("QEMU says that it is \(major).\(minor).\(micro)", to: "greeting") { greeting in
      greeting["version"]?["qemu"] = .object([
        .init("micro", .number("\(micro)")), .init("minor", .number("\(minor)")),
        .init("major", .number("\(major)")),
      ])
    }
  }

  /// Changes the list of machines.
  static func machines(
    _ title: String, change: @escaping @Sendable (inout [JSONTree]) -> Void
  ) -> Self {
    reply(title, to: "query-machines") { change(&$0.elements) }
  }
}

extension JSONTree {
  /// An entry of the schema by its name.
  func entry(_ name: String) -> JSONTree? { elements.first { $0["name"]?.text == name } }
}
