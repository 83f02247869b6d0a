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
    var changes = PropertyChanges(qom, older, driver: now.ifKnown(\.libvirtKeys))
    changes.compareObjects()
    changes.compareMachines(now.ifKnown(\.machines), before.ifKnown(\.machines))
    changes.compareDevices()
    if let schema = now.ifKnown(\.qmp), let olderSchema = before.ifKnown(\.qmp) {
      changes.compareCommands(schema, olderSchema)
    }
    if let defaults = now.ifKnown(\.defaults), let olderDefaults = before.ifKnown(\.defaults) {
      changes.compareDefaults(defaults, olderDefaults)
    }
    return .judged(changes.told)
  }
}

/// What became of a QEMU's properties and commands.
private struct PropertyChanges {
  private let now: QOMTypes
  private let before: QOMTypes
  private let driver: LibvirtQEMUKeys?
  private var findings: [Finding] = []
  /// Owners of a property that is gone, by the property and what its loss weighs.
  private var lost: [Loss: [String]] = [:]
  /// What came.
  private var added: [String] = []

  private struct Loss: Hashable {
    var property: String
    var grade: Finding.Grade
  }

  init(_ now: QOMTypes, _ before: QOMTypes, driver: LibvirtQEMUKeys?) {
    (self.now, self.before, self.driver) = (now, before, driver)
  }

  /// What is gone first, each property once for all that had it, and one line for all that came.
  var told: [Finding] {
    let losses = lost.sorted { $0.key.property < $1.key.property }.map { loss, owners in
      let more = owners.count > 1 ? ", as it is from \(owners.count - 1) more" : ""
      let name = "\(owners[0]).\(loss.property)"
      return Finding(
        loss.grade, "the property \(name) is gone\(more)",
        where: now.source.at(name),
        sides: [.before("has \(name)"), .now("has no \(name)")])
    }
    guard let first = added.first else { return findings + losses }
    let news =
      added.count == 1
      ? "\(first) is new"
      : "\(added.count) properties, devices and commands are new, such as \(first)"
    let note = Finding(
      .info, news,
      where: now.source.at(first), sides: [.before("none of them"), .now("\(added.count) more")])
    return findings + losses + [note]
  }

  /// Guest objects, memory backends and accelerators.
  mutating func compareObjects() {
    for (name, older) in before.properties.sorted(by: { $0.key < $1.key }) {
      let isAccelerator = name.hasSuffix("-accel")
      guard isAccelerator || name.hasSuffix("-guest") || name.hasPrefix("memory-backend-") else {
        continue
      }
      guard now.names.contains(name) else {
        // Domains of libvirt on such hosts run under KVM or by emulation.
        let isRare = isAccelerator && !["kvm-accel", "tcg-accel"].contains(name)
        lose("the object \(name)", name, isRare ? .info : .fail)
        continue
      }
      // What was not listed is not known to be gone.
      guard let own = now.properties[name] else { continue }
      compare(own, older, of: name) { _ in isAccelerator ? .warn : .fail }
      for (property, type) in older.sorted(by: { $0.key < $1.key }) {
        guard let new = own[property], new != type,
          !ValueKind(property: new).takes(ValueKind(property: type))
        else { continue }
        retype("\(name).\(property)", type, new)
      }
    }
  }

  /// The newest machines of each chip set, whatever their versions.
  mutating func compareMachines(_ machines: MachineTypes?, _ olderMachines: MachineTypes?) {
    for alias in ["q35", "pc"] {
      guard let own = machines?.properties(of: alias, in: now),
        let older = olderMachines?.properties(of: alias, in: before)
      else { continue }
      compare(own, older, of: alias) { MachineProperty.needed.contains($0) ? .fail : .warn }
    }
  }

  mutating func compareDevices() {
    for (name, older) in before.devices.sorted(by: { $0.key < $1.key }) {
      guard now.names.contains(name) else {
        lose("the device \(name)", name, .warn)
        continue
      }
      guard let own = now.devices[name] else { continue }
      compare(own, older, of: name) { DeviceProperty.needed.contains($0) ? .fail : .warn }
      // QEMU calls a property by the value that it keeps, and takes texts for some numbers: only
      // what libvirt sends tells whether a new type matters.
      for (property, type) in older.sorted(by: { $0.key < $1.key }) {
        guard let new = own[property], new != type,
          isRefused(property, by: ValueKind(property: new), takenBy: ValueKind(property: type))
        else { continue }
        retype("\(name).\(property)", type, new)
      }
    }
    added += now.devices.keys.filter { !before.names.contains($0) }.sorted()
  }

  mutating func compareCommands(_ now: QMPSchema, _ before: QMPSchema) {
    for (name, older) in before.commands.sorted(by: { $0.key < $1.key }) {
      let isUsed = LibvirtCommand.all.contains(name)
      guard let own = now.commands[name] else {
        if isUsed { lose("the command \(name)", name, .fail) }
        continue
      }
      guard isUsed else { continue }
      for member in older.keys.sorted() where own[member] == nil {
        lose("the argument \(member) of \(name)", "\(name).\(member)", .fail)
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
    let others = before.commands.keys.filter {
      now.commands[$0] == nil && !LibvirtCommand.all.contains($0)
    }.sorted()
    guard let first = others.first else { return }
    let more = others.count > 1 ? " and \(others.count - 1) more commands" : ""
    lose("\(first)\(more), which libvirt does not use,", first, .info)
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

  /// Properties that went, without those that QEMU keeps for itself, and those that came.
  private mutating func compare(
    _ now: [String: String], _ before: [String: String], of name: String,
    _ weight: (String) -> Finding.Grade
  ) {
    for (property, type) in before.sorted(by: { $0.key < $1.key }) where now[property] == nil {
      guard property != "type", !property.hasPrefix("x-"), !type.hasPrefix("child<") else {
        continue
      }
      lost[Loss(property: property, grade: weight(property)), default: []].append(name)
    }
    added += now.keys.filter { before[$0] == nil && !$0.hasPrefix("x-") }.sorted()
      .map { "\(name).\($0)" }
  }

  /// Whether libvirt sends a property in a way that one kind took and another does not.
  private func isRefused(
    _ property: String, by now: ValueKind, takenBy before: ValueKind
  ) -> Bool {
    let sent = (driver?.letters[property] ?? []).compactMap(ValueKind.init(letter:))
    return sent.contains { before.takes($0) && !now.takes($0) }
      && !sent.contains { now.takes($0) }
  }

  private mutating func retype(_ name: String, _ before: String, _ now: String) {
    findings.append(
      Finding(
        .fail, "\(name) is a \(now), and was a \(before)", where: self.now.source.at(name),
        sides: [.before(before), .now(now)]))
  }

  private mutating func lose(_ words: String, _ name: String, _ grade: Finding.Grade) {
    findings.append(
      Finding(
        grade, "\(words) is gone", where: now.source.at(name),
        sides: [.before("has \(name)"), .now("has no \(name)")]))
  }
}

/// Properties of machines.
private enum MachineProperty {
  /// Those that libvirt sets, or without which no confidential guest starts.
  ///
  /// **Source:** libvirt src/qemu/qemu_command.c, qemuBuildMachineCommandLine.
  static let needed: Set<String> = [
    "acpi", "confidential-guest-support", "dump-guest-core", "hpet", "memory-backend", "pflash0",
    "pflash1", "smm", "usb", "vmport",
  ]
}

/// Properties of devices.
private enum DeviceProperty {
  /// Those that libvirt sets on nearly every device, or that a confidential guest cannot do without.
  ///
  /// **Source:** libvirt src/qemu/qemu_command.c, qemuBuildVirtioDevProps and
  /// qemuBuildDeviceAddressProps.
  static let needed: Set<String> = [
    "addr", "bootindex", "chardev", "disable-legacy", "disable-modern", "drive",
    "guest-cid", "iommu_platform", "mac", "netdev", "rng", "romfile",
  ]
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
