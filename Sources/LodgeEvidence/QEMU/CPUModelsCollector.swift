import LodgeModel

extension Collector {
  /// CPU models, from `query-cpu-definitions`.
  package static let cpuModels = Collector(\.cpuModels) { root in
    try await root.qemu.fact { answers, binary in
      let models = answers.cpuModels.map {
        CPUModels.Model(name: $0.name, alias: $0.aliasOf, isDeprecated: $0.deprecated ?? false)
      }
      return CPUModels(source: binary, models: models.sorted { $0.name < $1.name })
    }
  }
}
