import LodgeModel

extension Collector {
  /// Type names and the properties of guest objects, from `qom-list-types` and its companion.
  package static let qom = Collector(\.qom) { root in
    try await root.qemu.fact { answers, binary in
      QOMTypes(
        source: binary,
        names: Set(answers.types.filter { $0.abstract != true }.map(\.name)),
        properties: answers.properties.mapValues(types(of:)),
        devices: answers.devices.mapValues(types(of:)))
    }
  }
}

/// The QOM types of properties by name.
private func types(of properties: [QMPReply.Property]) -> [String: String] {
  Dictionary(properties.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
}
