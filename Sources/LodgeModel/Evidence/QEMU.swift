/// Whether the QEMU of a root begins to answer where it makes no machine.
package struct QEMUStart: Codable, Equatable, Sendable {
  package var source: Source
  /// How it ended instead, with what it said: `ended with exit code 127: libfoo.so.1: ...`; nil where
  /// it answers.
  package var refusal: String?

  package init(source: Source, refusal: String? = nil) {
    (self.source, self.refusal) = (source, refusal)
  }
}

/// The QEMU system emulator of a root.
package struct QEMUBuild: Codable, Equatable, Sendable {
  /// The upstream version from `query-version`, such as `11.1.3`.
  package var version: String
  /// The packager's suffix from `query-version`.
  package var packageVersion: String
  package var source: Source
  package var commandLine: QEMUCommandLine

  package init(
    version: String, packageVersion: String, source: Source,
    commandLine: QEMUCommandLine = QEMUCommandLine()
  ) {
    (self.version, self.packageVersion, self.source) = (version, packageVersion, source)
    self.commandLine = commandLine
  }
}

/// What `query-qmp-schema` says, with its numbered types resolved.
package struct QMPSchema: Codable, Equatable, Sendable {
  /// One member of an object type.
  package struct Member: Codable, Equatable, Sendable {
    /// A JSON type (`int`, `string`, `boolean`, `number`), `enum`, `object`, `array` or `alternate`.
    package var type: String
    package var isOptional: Bool
    /// The values, for an enumeration.
    package var values: [String]
    package var features: [String]

    package init(type: String, isOptional: Bool, values: [String] = [], features: [String] = []) {
      (self.type, self.isOptional) = (type, isOptional)
      (self.values, self.features) = (values, features)
    }
  }

  package var source: Source
  /// Arguments by command.
  package var commands: [String: [String: Member]]
  package var events: [String]
  /// Members by `qom-type`, from the arms of `object-add`; without `qom-type` and `id`.
  package var objects: [String: [String: Member]]
  /// The arguments of ``shapedCommands`` and the answers to ``shapedAnswers``, down to the last
  /// nested type.
  package var shapes: Shapes

  /// The commands whose arguments may stand on the command line as JSON.
  package static let shapedCommands = ["blockdev-add", "netdev_add", "object-add"]

  /// The commands whose answers libvirt reads member by member.
  package static let shapedAnswers = ["query-sev", "query-sev-capabilities"]

  package init(
    source: Source, commands: [String: [String: Member]], events: [String],
    objects: [String: [String: Member]], shapes: Shapes = Shapes(commands: [:], types: [:])
  ) {
    (self.source, self.commands, self.events) = (source, commands, events)
    (self.objects, self.shapes) = (objects, shapes)
  }
}

/// What `qom-list-types` and `qom-list-properties` say.
package struct QOMTypes: Codable, Equatable, Sendable {
  package var source: Source
  /// Every concrete type's name.
  package var names: Set<String>
  /// Properties with their QOM types (`uint32`, `string`, `bool` ...), for the types below
  /// `confidential-guest-support`, memory backends, accelerators, the newest machines and the
  /// processor that has every feature.
  package var properties: [String: [String: String]]
  /// Properties of the devices that libvirt gives to confidential guests, from
  /// `device-list-properties`; a device that QEMU was not asked for is not there.
  package var devices: [String: [String: String]]

  package init(
    source: Source, names: Set<String>, properties: [String: [String: String]],
    devices: [String: [String: String]] = [:]
  ) {
    (self.source, self.names, self.properties) = (source, names, properties)
    self.devices = devices
  }

  /// The QOM type behind each confidential domain type.
  package static func guestObject(for type: DomainType) -> String? {
    switch type {
    case .plain: nil
    case .sev, .sevES: "sev-guest"
    case .sevSNP: "sev-snp-guest"
    case .tdx: "tdx-guest"
    }
  }
}

extension QOMTypes {
  private enum CodingKeys: String, CodingKey { case source, names, properties, devices }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      source: try container.decode(Source.self, forKey: .source),
      names: Set(try container.decode([String].self, forKey: .names)),
      properties: try container.decode([String: [String: String]].self, forKey: .properties),
      devices: try container.decode([String: [String: String]].self, forKey: .devices))
  }

  /// Writes the names sorted, so that equal evidence gives equal bytes.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(source, forKey: .source)
    try container.encode(names.sorted(), forKey: .names)
    try container.encode(properties, forKey: .properties)
    try container.encode(devices, forKey: .devices)
  }
}

/// What `query-machines` says.
package struct MachineTypes: Codable, Equatable, Sendable {
  /// One machine type.
  package struct Machine: Codable, Equatable, Sendable {
    package var name: String
    package var alias: String?
    package var isDefault: Bool
    package var isDeprecated: Bool
    package var maxCPUs: Int

    package init(
      name: String, alias: String?, isDefault: Bool, isDeprecated: Bool, maxCPUs: Int
    ) {
      (self.name, self.alias, self.isDefault) = (name, alias, isDefault)
      (self.isDeprecated, self.maxCPUs) = (isDeprecated, maxCPUs)
    }
  }

  package var source: Source
  /// Ordered by name.
  package var machines: [Machine]

  package init(source: Source, machines: [Machine]) {
    (self.source, self.machines) = (source, machines)
  }
}

/// What `query-cpu-definitions` says.
package struct CPUModels: Codable, Equatable, Sendable {
  /// One CPU model.
  package struct Model: Codable, Equatable, Sendable {
    package var name: String
    /// The versioned model that the name stands for, if it is an alias.
    package var alias: String?
    package var isDeprecated: Bool

    package init(name: String, alias: String?, isDeprecated: Bool) {
      (self.name, self.alias, self.isDeprecated) = (name, alias, isDeprecated)
    }
  }

  package var source: Source
  /// Ordered by name.
  package var models: [Model]

  package init(source: Source, models: [Model]) {
    (self.source, self.models) = (source, models)
  }
}
