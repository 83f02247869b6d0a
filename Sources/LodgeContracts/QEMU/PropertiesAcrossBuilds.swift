package import LodgeModel

extension Contract {
  /// What callers of QEMU could set and ask on the build before, they still can.
  package static let propertiesAcrossBuilds = Contract(
    id: "qemu.properties-across-builds", catalogue: "R71",
    claim: "QEMU keeps the objects, properties, defaults and commands that the build before had",
    from: [.qemu], to: [.libvirt],
    basis: "QEMU docs/about/deprecated.rst: two releases of warning before a removal; "
      + "qom-list-properties, device-list-properties, query-qmp-schema and qom-get of both builds",
    remedy: "change the callers first, or keep the QEMU that has what they use",
    knownCase: "quote-generation-service became quote-generation-socket, intel/MigTD 361; "
      + "sev-snp-guest had vcek-required in 9.1-rc and has vcek-disabled (d4392415c3)",
    comparing: [.qom, .qmp, .machines, .defaults, .libvirtKeys]
  ) { _, now, before throws(MissingFact) in
    let (qom, older) = (try now.qom, try before.qom)
    let keys = now.ifKnown(\.libvirtKeys).map { Set($0.letters.keys) } ?? []
    var changes = PropertyChanges(source: qom.source, keys: keys)
    changes.compareObjects(qom, older)
    changes.compareMachines(qom, older, now.ifKnown(\.machines), before.ifKnown(\.machines))
    changes.compareDevices(qom, older)
    if let schema = now.ifKnown(\.qmp), let olderSchema = before.ifKnown(\.qmp) {
      changes.compareCommands(schema, olderSchema)
    }
    if let defaults = now.ifKnown(\.defaults), let olderDefaults = before.ifKnown(\.defaults) {
      changes.compareDefaults(defaults, olderDefaults)
    }
    return .judged(changes.findings + (changes.note.map { [$0] } ?? []))
  }
}

/// What became of a QEMU's properties and commands.
private struct PropertyChanges {
  var source: Source
  /// What the set's libvirt hands to QEMU.
  var keys: Set<String>
  var findings: [Finding] = []
  /// How much came.
  var added: [String] = []

  /// One line for all that came.
  var note: Finding? {
    guard let first = added.first else { return nil }
    return Finding(
      .info, "\(added.count) properties, devices and commands are new, such as \(first)",
      where: source.at(first), sides: [.before("none of them"), .now("\(added.count) more")])
  }

  /// Guest objects and memory backends.
  mutating func compareObjects(_ now: QOMTypes, _ before: QOMTypes) {
    let names = before.properties.keys.filter { !$0.hasSuffix("-machine") && !$0.hasSuffix("-cpu") }
    for name in names.sorted() {
      guard now.names.contains(name) else {
        let isGuest = DomainType.confidential.contains { QOMTypes.guestObject(for: $0) == name }
        lose(
          name, grade: isGuest || name.hasPrefix("memory-backend-") ? .fail : .warn, "the object")
        continue
      }
      // What was not listed is not known to be gone.
      guard let own = now.properties[name], let older = before.properties[name] else { continue }
      compare(own, older, of: name, loss: .fail)
    }
    added += now.properties.keys.filter {
      before.properties[$0] == nil && !$0.hasSuffix("-machine")
    }
    .sorted()
  }

  /// The newest machines of each chip set, whatever their versions.
  mutating func compareMachines(
    _ now: QOMTypes, _ before: QOMTypes, _ machines: MachineTypes?, _ olderMachines: MachineTypes?
  ) {
    for alias in ["q35", "pc"] {
      guard let own = machines?.properties(of: alias, in: now),
        let older = olderMachines?.properties(of: alias, in: before)
      else { continue }
      compare(own, older, of: alias, loss: .warn)
    }
  }

  mutating func compareDevices(_ now: QOMTypes, _ before: QOMTypes) {
    for (name, older) in before.devices.sorted(by: { $0.key < $1.key }) {
      guard now.names.contains(name) else {
        lose(name, grade: .warn, "the device")
        continue
      }
      guard let own = now.devices[name] else { continue }
      compare(own, older, of: name, loss: .warn)
    }
    added += now.devices.keys.filter { before.devices[$0] == nil && !before.names.contains($0) }
      .sorted()
  }

  mutating func compareCommands(_ now: QMPSchema, _ before: QMPSchema) {
    for (name, older) in before.commands.sorted(by: { $0.key < $1.key }) {
      let isUsed = LibvirtCommand.all.contains(name)
      guard let own = now.commands[name] else {
        lose(name, grade: isUsed ? .fail : .info, "the command")
        continue
      }
      guard isUsed else { continue }
      for member in older.keys.sorted() where own[member] == nil {
        lose("\(name).\(member)", grade: .fail, "the argument")
      }
      for (member, new) in own.sorted(by: { $0.key < $1.key }) {
        guard older[member] == nil, !new.isOptional else { continue }
        findings.append(
          Finding(
            .fail, "\(name) demands \(member) now", where: now.source.at("\(name)/\(member)"),
            sides: [.before("no \(member)"), .now("required")]))
      }
    }
    added += now.commands.keys.filter { before.commands[$0] == nil }.sorted()
  }

  mutating func compareDefaults(_ now: QOMDefaults, _ before: QOMDefaults) {
    let (own, older) = (now.byKind, before.byKind)
    for (name, values) in older.sorted(by: { $0.key < $1.key }) {
      for (property, value) in values.sorted(by: { $0.key < $1.key }) {
        guard let new = own[name]?[property], new != value else { continue }
        let isWeighty = QOMDefaults.isSecurityRelevant(property, of: name)
        findings.append(
          Finding(
            isWeighty ? .warn : .info,
            "\(name).\(property) is \(new) where nobody sets it, and was \(value)",
            where: now.source.at("\(name).\(property)"), sides: [.before(value), .now(new)]))
      }
    }
  }

  /// Properties that went or changed their type, then those that came.
  private mutating func compare(
    _ now: [String: String], _ before: [String: String], of name: String, loss: Finding.Grade
  ) {
    for (property, type) in before.sorted(by: { $0.key < $1.key }) where property != "type" {
      guard let own = now[property] else {
        lose("\(name).\(property)", grade: keys.contains(property) ? .fail : loss, "the property")
        continue
      }
      guard !ValueKind(property: own).takes(ValueKind(property: type)) else { continue }
      findings.append(
        Finding(
          .fail, "\(name).\(property) is a \(own), and was a \(type)",
          where: source.at("\(name).\(property)"), sides: [.before(type), .now(own)]))
    }
    added += now.keys.filter { before[$0] == nil }.sorted().map { "\(name).\($0)" }
  }

  private mutating func lose(_ name: String, grade: Finding.Grade, _ kind: String) {
    findings.append(
      Finding(
        grade, "\(kind) \(name) is gone", where: source.at(name),
        sides: [.before("has \(name)"), .now("has no \(name)")]))
  }
}

extension MachineTypes {
  /// The properties of the machine behind an alias; nil where they were not listed.
  fileprivate func properties(of alias: String, in qom: QOMTypes) -> [String: String]? {
    machines.first { $0.alias == alias }.flatMap { qom.properties["\($0.name)-machine"] }
  }
}

extension ValueKind {
  /// Whether a property of this kind takes what one of another took; wider numbers do.
  fileprivate func takes(_ other: Self) -> Bool {
    if case .number(let own) = self, case .number(let before) = other { return own >= before }
    return self == other
  }
}

extension QOMDefaults {
  /// The values by object; those of the newest q35 machine under one name for all its versions.
  fileprivate var byKind: [String: [String: String]] {
    Dictionary(
      objects.map { ($0.key.hasPrefix("pc-q35-") ? "q35" : $0.key, $0.value) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Whether a default decides what is measured, or who can see the guest.
  fileprivate static func isSecurityRelevant(_ property: String, of name: String) -> Bool {
    name.hasSuffix("-guest") || exposed.contains(property)
  }

  /// Settings by which a guest's memory or state leaves QEMU.
  ///
  /// **Source:** QEMU qapi/qom.json (MemoryBackendProperties) and hw/core/machine.c.
  private static let exposed: Set<String> = [
    "aux-ram-share", "default-bus-bypass-iommu", "dump", "dump-guest-core", "mem-merge", "merge",
    "share", "smm",
  ]
}

/// Commands of QMP.
private enum LibvirtCommand {
  /// Those that libvirt sends to start, watch and change confidential guests.
  ///
  /// **Source:** libvirt src/qemu/qemu_monitor_json.c, 9.0 to 12.8.
  static let all: Set<String> = [
    "balloon", "block_resize", "blockdev-add", "blockdev-del", "chardev-add", "chardev-remove",
    "cont", "device-list-properties", "device_add", "device_del", "getfd", "add-fd", "netdev_add",
    "netdev_del", "object-add", "object-del", "qom-get", "qom-list", "qom-list-properties",
    "qom-list-types", "qom-set", "query-balloon", "query-chardev", "query-command-line-options",
    "query-cpu-definitions", "query-cpu-model-expansion", "query-cpus-fast",
    "query-hotpluggable-cpus",
    "query-kvm", "query-machines", "query-memory-devices", "query-qmp-schema", "query-sev",
    "query-sev-capabilities", "query-sev-launch-measure", "query-sgx", "query-sgx-capabilities",
    "query-status", "query-version", "quit", "sev-inject-launch-secret", "stop", "system_powerdown",
    "system_reset",
  ]
}
