import LodgeModel

// What a QEMU has beside its guest objects, and what it answers.
extension QEMUFixture {
  /// Memory backends, the accelerator and the newest machine, with some of their properties.
  var others: [String: [String: String]] {
    let backend = [
      "size": "int", "share": "bool", "host-nodes": "int", "policy": "HostMemPolicy",
      "prealloc": "bool", "dump": "bool", "merge": "bool",
    ]
    let pages = backend.merging(["hugetlb": "bool", "hugetlbsize": "int"]) { $1 }
    return [
      "memory-backend-ram": backend, "memory-backend-memfd": pages,
      "memory-backend-file": backend.merging(["mem-path": "string"]) { $1 },
      "kvm-accel": ["kernel-irqchip": "on|off|split"].merging(
        hasGuestPAT ? ["honor-guest-pat": "OnOffAuto"] : [:]
      ) { $1 },
      "pc-q35-\(current.last ?? "")-machine": [
        "confidential-guest-support": "link<confidential-guest-support>",
        "memory-encryption": "string", "smm": "OnOffAuto", "dump-guest-core": "bool",
      ],
    ]
  }

  /// A few of the devices that libvirt plugs in.
  static let devices = [
    "virtio-net-pci": ["mac": "str", "iommu_platform": "bool"],
    "virtio-rng-pci": ["rng": "link<rng-backend>"],
  ]

  var commands: [String: [String: QMPSchema.Member]] {
    [
      "query-sev": [:], "query-sev-capabilities": [:],
      "sev-inject-launch-secret": [
        "secret": .init(type: "string", isOptional: false),
        "gpa": .init(type: "int", isOptional: true),
      ],
    ]
  }

  /// What query-sev answers: since 9.1 one arm for each type of guest.
  var answers: QMPSchema.Shapes {
    func object(_ names: [String], _ arms: [String: String] = [:]) -> QMPSchema.Shape {
      .object(
        members: Dictionary(
          uniqueKeysWithValues: names.map { ($0, .init(type: "int", isOptional: false)) }),
        tag: arms.isEmpty ? nil : "sev-type", arms: arms)
    }
    let common = ["enabled", "api-major", "api-minor", "build-id", "state"]
    let own = ["policy", "handle"]
    let capabilities = object(["pdh", "cert-chain", "cbitpos", "reduced-phys-bits"])
    var types =
      objects["sev-snp-guest"] == nil
      ? ["100": object(common + own)]
      : [
        "100": object(common + ["sev-type"], ["sev": "101", "sev-snp": "102"]),
        "101": object(own), "102": object(["snp-policy"]),
      ]
    types["110"] = capabilities
    return QMPSchema.Shapes(
      commands: [:], types: types,
      answers: ["query-sev": "100", "query-sev-capabilities": "110"])
  }

  var defaults: QOMDefaults {
    let fresh: [String: [String: String]] = [
      "sev-guest": ["policy": "1", "kernel-hashes": "false"].merging(
        objects["sev-guest"]?["legacy-vm-type"] == nil ? [:] : ["legacy-vm-type": "\"auto\""]
      ) { $1 },
      "sev-snp-guest": ["policy": "196608", "vcek-disabled": "false"],
      "tdx-guest": ["attributes": "268435456", "sept-ve-disable": "true"],
    ]
    let others = [
      "memory-backend-memfd": ["share": "true", "merge": "true"],
      "pc-q35-\(current.last ?? "")-machine": ["smm": "\"auto\"", "dump-guest-core": "true"],
    ]
    return QOMDefaults(
      source: source,
      objects: fresh.filter { objects[$0.key] != nil }.merging(others) { $1 })
  }

  /// Asked where there is no KVM.
  var replies: QMPReplies {
    QMPReplies(
      source: source,
      byCommand: [
        "query-kvm": .returned(members: ["enabled", "present"]),
        "query-sev-capabilities": .refused(class: "GenericError", description: "KVM not enabled"),
        "query-sgx-capabilities":
          .refused(class: "GenericError", description: "SGX is not enabled in KVM"),
      ])
  }

  /// The state of the timer; what reads it was narrowed to version 2 after 10.0, which all write.
  var savedState: VMStates {
    VMStates(
      source: source, machine: "pc-q35-\(current.last ?? "")", sections: ["hpet": "hpet"],
      descriptions: [
        "hpet": .init(
          version: 2, minimum: hasGuestPAT ? 2 : 1,
          fields: [
            "config 8 0", "isr 8 0", "hpet_counter 8 0", "num_timers 1 \(hasGuestPAT ? 0 : 2)",
            "timer 80 0 hpet_timer",
          ], subsections: ["hpet/rtc_irq_level"]),
        "hpet_timer": .init(version: 1, minimum: 1, fields: ["tn 1 0", "config 8 0", "cmp 8 0"]),
        "hpet/rtc_irq_level": .init(version: 1, minimum: 1, fields: ["rtc_irq_level 1 0"]),
      ])
  }

  /// Each package's modules are of the build that made it.
  var parts: QEMUModules {
    QEMUModules(
      source: source, stamp: "stamp of \(version)",
      modules: ["hw-usb-host", "ui-curses"].map {
        .init(
          source: Source(
            file: "usr/lib/x86_64-linux-gnu/qemu/\($0).so", package: "qemu-system-x86 \(package)"),
          stamp: "stamp of \(version)")
      })
  }

  /// Some processors of AMD with their versions, each name standing for its first one.
  var processors: CPUModels {
    let models = generations.flatMap { name, versions in
      [CPUModels.Model(name: name, alias: "\(name)-v1", isDeprecated: false)]
        + (1...versions).map {
          CPUModels.Model(name: "\(name)-v\($0)", alias: nil, isDeprecated: false)
        }
    }
    return CPUModels(source: source, models: models.sorted { $0.name < $1.name })
  }

  /// How many versions QEMU has of each processor.
  private var generations: [String: Int] {
    switch version.split(separator: ".").first {
    case "7": ["EPYC": 3, "EPYC-Rome": 2, "EPYC-Milan": 1]
    case "10": ["EPYC": 4, "EPYC-Rome": 4, "EPYC-Milan": 2, "EPYC-Genoa": 1]
    default: ["EPYC": 5, "EPYC-Rome": 5, "EPYC-Milan": 4, "EPYC-Genoa": 3, "EPYC-Turin": 2]
    }
  }

  /// Whether it is QEMU 11.0 or later.
  private var hasGuestPAT: Bool { version.hasPrefix("11") }
}
