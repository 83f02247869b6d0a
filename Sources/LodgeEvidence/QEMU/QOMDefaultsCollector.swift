import LodgeHost
import LodgeModel

extension Collector {
  /// What the properties of fresh guest objects, memory backends and of the newest machine are.
  ///
  /// An object that this QEMU does not make, and a property that it does not tell, is left out.
  package static let defaults = Collector(\.defaults) { root in
    try await root.qemu.run { program, sandbox, binary in
      guard let (answers, _) = try await root.qemu.answers() else {
        return .absent("there is no QEMU for x86 to make objects")
      }
      async let machine = newestMachine(in: answers, of: program, in: sandbox)
      let objects = FreshObject.all.filter { answers.properties[$0.type] != nil }
      let asked = objects.map { object in
        (object, names: tellable(answers.properties[object.type], but: object.numbers))
      }
      let interview = try await QMPInterview(
        with: program, in: sandbox,
        asking: asked.flatMap { object, names in
          [.adding(object.type, as: object.type, object.numbers)]
            + names.map { .value(of: $0, at: "/objects/\(object.type)") }
        })
      var outcomes = interview.outcomes[...]
      var values = await machine
      for (object, names) in asked {
        let wasMade = outcomes.popFirst()?.text != nil
        let told = outcomes.prefix(names.count)
        outcomes = outcomes.dropFirst(names.count)
        if wasMade { values[object.type] = told.values(of: names) }
      }
      return .found(QOMDefaults(source: binary, objects: values))
    }
  }

  /// The values of the newest q35 machine by its type; empty where QEMU does not tell them.
  private static func newestMachine(
    in answers: QMPAnswers, of program: String, in sandbox: Sandbox
  ) async -> [String: [String: String]] {
    guard let name = answers.machines.first(where: { $0.alias == "q35" })?.name else { return [:] }
    let names = tellable(answers.properties["\(name)-machine"])
    let interview = try? await QMPInterview(
      with: program, in: sandbox, on: .unmade(name),
      asking: names.map { .value(of: $0, at: "/machine") })
    guard let interview else { return [:] }
    return ["\(name)-machine": interview.outcomes[...].values(of: names)]
  }

  /// The properties whose values are worth asking for: none that names another object, and none
  /// that was given.
  private static func tellable(
    _ properties: [QMPReply.Property]?, but given: [String: Int] = [:]
  ) -> [String] {
    let names = (properties ?? []).filter { property in
      property.name != "type" && given[property.name] == nil
        && !["link<", "child<"].contains(where: property.type.hasPrefix)
    }
    return names.map(\.name).sorted().prefix(propertyLimit).map(\.self)
  }

  /// Machines have some sixty.
  private static let propertyLimit = 256
}

/// An object that QEMU can make without a host that has what it is for.
private struct FreshObject {
  var type: String
  /// The members that `object-add` asks for.
  var numbers: [String: Int] = [:]

  /// **Source:** QEMU qapi/qom.json; the backends of one page take no memory to speak of.
  static let all = [
    Self(type: "sev-guest", numbers: sev), Self(type: "sev-snp-guest", numbers: sev),
    Self(type: "tdx-guest"),
    Self(type: "memory-backend-ram", numbers: page),
    Self(type: "memory-backend-memfd", numbers: page),
  ]

  private static let sev = ["cbitpos": 51, "reduced-phys-bits": 1]
  private static let page = ["size": 4096]
}

extension ArraySlice<QMPInterview.Outcome> {
  /// The values that were told, by property.
  fileprivate func values(of names: [String]) -> [String: String] {
    var values: [String: String] = [:]
    for (name, outcome) in zip(names, self) {
      if let text = outcome.text, text.utf8.count <= valueLimit { values[name] = text }
    }
    return values
  }
}

/// Bytes; a value that is longer is no number, word or short structure.
private let valueLimit = 400
