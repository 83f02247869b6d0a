package import LodgeModel

/// Checks a command line against what the candidate QEMU says it understands.
///
/// What the evidence cannot tell (values of devices that were not listed, network names, paths) is
/// let through: a finding is a contradiction, never a guess.
package struct ArgumentCheck: Sendable {
  let build: QEMUBuild
  let schema: QMPSchema
  let qom: QOMTypes
  let machines: MachineTypes
  let models: CPUModels

  /// Takes what is known of the QEMU of a set.
  ///
  /// - Throws: `MissingFact` for the first fact about QEMU that the evidence lacks.
  package init(evidence: Evidence) throws(MissingFact) {
    build = try Self.value(evidence.qemu, .qemu)
    schema = try Self.value(evidence.qmp, .qmp)
    qom = try Self.value(evidence.qom, .qom)
    machines = try Self.value(evidence.machines, .machines)
    models = try Self.value(evidence.cpuModels, .cpuModels)
  }

  private static func value<Value>(
    _ fact: Fact<Value>, _ name: FactName
  ) throws(MissingFact) -> Value {
    guard let value = fact.value else {
      throw MissingFact(
        name: name, reason: fact.summary("found"), isUnreadable: fact.isUnreadable)
    }
    return value
  }

  /// What this QEMU does not understand, in the order of the command line; empty where it
  /// understands all that can be checked.
  package func findings(on vector: ArgumentVector) -> [Finding] {
    vector.arguments.flatMap(findings)
  }

  private func findings(on argument: ArgumentVector.Argument) -> [Finding] {
    let known = build.commandLine.options
    guard known.isEmpty || known.contains(argument.option) else {
      return [unknownOption(argument)]
    }
    guard let value = argument.value else { return [] }
    switch argument.option {
    case "object": return objectFindings(value)
    case "device": return deviceFindings(value)
    case "blockdev": return schemaFindings(value, on: "blockdev", by: "blockdev-add", tag: "driver")
    case "netdev": return schemaFindings(value, on: "netdev", by: "netdev_add", tag: "type")
    case "machine", "M": return machineFindings(KeyValues(value))
    case "cpu": return processorFindings(KeyValues(value))
    case "accel": return acceleratorFindings(KeyValues(value))
    case "global": return globalFindings(value)
    default: return groupFindings(argument.option, KeyValues(value))
    }
  }

  /// A finding on an argument, with QEMU's version in the sentence.
  func finding(
    _ grade: Finding.Grade, _ argument: String, _ words: String, at place: String,
    remedy: String = ArgumentCheck.usualRemedy
  ) -> Finding {
    Finding(
      grade, "\(argument): QEMU \(build.version) \(words)", where: build.source.at(place),
      remedy: remedy)
  }

  /// What helps against most contradictions.
  static let usualRemedy =
    "ship a libvirt and a QEMU that know each other, or backport what the one asks of the other"

  private func unknownOption(_ argument: ArgumentVector.Argument) -> Finding {
    let near = suggestion(for: argument.option, among: build.commandLine.options)
    return finding(.fail, "-\(argument.option)", "has no such option\(near)", at: "-help")
  }

  /// The parameters of options that are groups of plain keys.
  private func groupFindings(_ option: String, _ list: KeyValues) -> [Finding] {
    let groups = ["m": "memory", "smp": "smp-opts", "boot": "boot-opts"]
    let group = groups[option] ?? option
    guard let known = build.commandLine.parameters[group], !known.isEmpty else { return [] }
    return list.pairs.filter { $0.key != "id" && !known.contains($0.key) }.map { pair in
      finding(
        .fail, "-\(option)",
        "has no parameter \(pair.key)\(suggestion(for: pair.key, among: known))",
        at: "query-command-line-options/\(group)")
    }
  }

  /// `-global DRIVER.PROPERTY=VALUE`: QEMU only warns of a driver that it does not know.
  private func globalFindings(_ value: String) -> [Finding] {
    let list = KeyValues(value)
    let driver =
      list["driver"]
      ?? list.pairs.first.map { pair in
        String(pair.key.prefix { $0 != "." })
      }
    guard let driver, !qom.names.contains(driver) else { return [] }
    return [
      finding(
        .warn, "-global \(value.prefix(80))", "has no type \(driver), so this sets nothing",
        at: "qom-list-types")
    ]
  }
}
