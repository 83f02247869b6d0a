import LodgeModel

extension Collector {
  /// Machine types, from `query-machines`.
  package static let machines = Collector(\.machines) { root in
    try await root.qemu.fact { answers, binary in
      let machines = answers.machines.map {
        MachineTypes.Machine(
          name: $0.name, alias: $0.alias, isDefault: $0.isDefault ?? false,
          isDeprecated: $0.deprecated ?? false, maxCPUs: $0.cpuMax)
      }
      return MachineTypes(source: binary, machines: machines.sorted { $0.name < $1.name })
    }
  }
}
