import LodgeModel

extension ArgumentCheck {
  /// `-machine`: the type is known, and so are its properties.
  func machineFindings(_ list: KeyValues) -> [Finding] {
    var findings: [Finding] = []
    if let name = list.first ?? list["type"] { findings += typeFindings(name) }
    let known = machineProperties
    guard !known.isEmpty else { return findings }
    for pair in list.pairs {
      let key = pair.key.replacing("_", with: "-").beforeDot
      guard !known.contains(key) else { continue }
      findings.append(
        finding(
          .fail, "-machine",
          "has no machine property \(key)\(suggestion(for: key, among: known.sorted()))",
          at: "query-command-line-options/machine"))
    }
    return findings
  }

  private func typeFindings(_ name: String) -> [Finding] {
    guard let machine = machines.machines.first(where: { $0.name == name || $0.alias == name })
    else {
      let newest = machines.machines.first { $0.alias == "q35" }.map { "; its q35 is \($0.name)" }
      return [
        finding(
          .fail, "-machine \(name)", "has no such machine type\(newest ?? "")",
          at: "query-machines",
          remedy: "define the domain with a machine type that this QEMU has, or keep a QEMU that "
            + "has \(name)")
      ]
    }
    guard machine.isDeprecated else { return [] }
    return [
      finding(
        .warn, "-machine \(name)", "calls the machine type \(machine.name) deprecated",
        at: "query-machines", remedy: "move domains to a newer machine type before it is removed")
    ]
  }

  /// Properties of the newest machines, and those that stand for properties of accelerators.
  private var machineProperties: Set<String> {
    var known = Set(build.commandLine.parameters["machine"] ?? [])
    for (type, properties) in qom.properties where type.hasSuffix("-machine") {
      known.formUnion(properties.keys)
    }
    guard !known.isEmpty else { return [] }
    for (type, properties) in qom.properties where type.hasSuffix("-accel") {
      known.formUnion(properties.keys)
    }
    // QEMU system/vl.c and util/qemu-config.c take these before there is a machine.
    return known.union(["accel", "type", "id"])
  }

  /// `-accel`: it is built in, and has the properties.
  func acceleratorFindings(_ list: KeyValues) -> [Finding] {
    guard let name = list.first ?? list["accel"] else { return [] }
    let type = "\(name)-accel"
    guard qom.names.contains(type) else {
      return [finding(.fail, "-accel \(name)", "has no such accelerator", at: "qom-list-types")]
    }
    guard let known = qom.properties[type] else { return [] }
    return list.pairs.filter { $0.key != "accel" && known[$0.key.replacing("_", with: "-")] == nil }
      .map { pair in
        let near = suggestion(for: pair.key, among: known.keys.sorted())
        return finding(
          .fail, "-accel \(name)", "has no property \(pair.key) of \(type)\(near)", at: type)
      }
  }

  /// `-cpu`: the model is known, and so is every feature.
  func processorFindings(_ list: KeyValues) -> [Finding] {
    var findings: [Finding] = []
    if let name = list.first { findings += modelFindings(name) }
    guard let known = qom.properties["max-x86_64-cpu"]?.keys, !known.isEmpty else {
      return findings
    }
    let names = Set(known.map { $0.replacing("_", with: "-") })
    for pair in list.pairs {
      // The old way to write a feature: +name and -name.
      let feature = String(pair.key.drop { $0 == "+" || $0 == "-" }).replacing("_", with: "-")
      guard !names.contains(feature) else { continue }
      findings.append(
        finding(
          .fail, "-cpu",
          "has no processor feature \(feature)"
            + suggestion(for: feature, among: names.sorted()), at: "max-x86_64-cpu"))
    }
    return findings
  }

  private func modelFindings(_ name: String) -> [Finding] {
    guard let model = models.models.first(where: { $0.name == name }) else {
      let near = suggestion(for: name, among: models.models.map(\.name))
      return [
        finding(
          .fail, "-cpu \(name)", "has no such processor model\(near)", at: "query-cpu-definitions",
          remedy: "use a model that this QEMU has, such as the one without a version number")
      ]
    }
    let isDeprecated =
      model.isDeprecated || models.models.contains { $0.name == model.alias && $0.isDeprecated }
    guard isDeprecated else { return [] }
    return [
      finding(
        .warn, "-cpu \(name)", "calls the processor model \(model.alias ?? name) deprecated",
        at: "query-cpu-definitions", remedy: "use a newer model before it is removed")
    ]
  }
}
