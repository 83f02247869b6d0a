import LodgeModel

/// A QEMU, as it answered when it was asked over QMP.
struct QEMUFixture {
  var package: String
  var version: String
  /// Properties with their types, by object.
  var objects: [String: [String: String]]
  /// The q35 machines; the last one is the newest.
  var current: [String]
  var deprecated: [String]

  var build: QEMUBuild {
    QEMUBuild(version: version, packageVersion: "Debian \(package)", source: source)
  }

  var types: QOMTypes {
    let all = objects.merging(others) { $1 }
    return QOMTypes(
      source: source,
      names: Set(all.keys).union(Self.devices.keys).union(["vfio-pci"]),
      properties: all.mapValues { $0.merging(["type": "string"]) { $1 } }, devices: Self.devices)
  }

  var schema: QMPSchema {
    QMPSchema(
      source: source, commands: commands, events: [],
      objects: objects.mapValues { properties in
        Dictionary(
          uniqueKeysWithValues: properties.keys.map {
            ($0, QMPSchema.Member(type: "string", isOptional: $0 != "reduced-phys-bits"))
          })
      }, shapes: answers)
  }

  var machines: MachineTypes {
    let all = (current + deprecated).map { version in
      MachineTypes.Machine(
        name: "pc-q35-\(version)", alias: version == current.last ? "q35" : nil,
        isDefault: false, isDeprecated: deprecated.contains(version), maxCPUs: 4096)
    }
    let standard = MachineTypes.Machine(
      name: "pc-i440fx-\(current.last ?? "")", alias: "pc", isDefault: true, isDeprecated: false,
      maxCPUs: 255)
    return MachineTypes(source: source, machines: (all + [standard]).sorted { $0.name < $1.name })
  }

  var source: Source {
    Source(file: "usr/bin/qemu-system-x86_64", package: "qemu-system-x86 \(package)")
  }
}

extension QEMUFixture {
  /// QEMU 7.2.22 of qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3.
  static let bookworm = Self(
    package: "1:7.2+dfsg-7+deb12u18+b3", version: "7.2.22", objects: ["sev-guest": sevGuest],
    current: ["2.4", "5.2", "7.1", "7.2"], deprecated: [])

  /// QEMU 10.0.13 of qemu-system-x86 1:10.0.13+ds-0+deb13u1.
  static let trixie = Self(
    package: "1:10.0.13+ds-0+deb13u1", version: "10.0.13",
    objects: [
      "sev-guest": sevGuest.merging(["legacy-vm-type": "OnOffAuto"]) { $1 },
      "sev-snp-guest": snpGuest,
    ],
    current: ["7.0", "8.2", "9.0", "9.1", "10.0"], deprecated: ["2.4", "5.2", "6.2"])

  /// QEMU 11.1.3 of qemu-system-x86 1:11.1.3+ds-1.
  static let sid = Self(
    package: "1:11.1.3+ds-1", version: "11.1.3",
    objects: trixie.objects.merging(["tdx-guest": tdxGuest]) { $1 },
    current: ["8.2", "9.0", "9.1", "10.0", "11.0", "11.1"], deprecated: ["5.2", "7.2", "8.1"])

  private static let common = [
    "sev-device": "string", "cbitpos": "uint32", "reduced-phys-bits": "uint32",
    "kernel-hashes": "bool",
  ]
  private static let sevGuest = common.merging([
    "policy": "uint32", "handle": "uint32", "dh-cert-file": "string", "session-file": "string",
  ]) { $1 }
  private static let snpGuest = common.merging([
    "policy": "uint64", "guest-visible-workarounds": "string", "id-block": "string",
    "id-auth": "string", "host-data": "string", "author-key-enabled": "bool",
    "vcek-disabled": "bool",
  ]) { $1 }
  private static let tdxGuest = [
    "attributes": "uint64", "sept-ve-disable": "bool", "mrconfigid": "string",
    "mrowner": "string", "mrownerconfig": "string", "quote-generation-socket": "SocketAddress",
  ]
}
