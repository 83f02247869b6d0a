package import LodgeModel

extension Contract {
  /// QEMU has the machines for which the firmware of the set was made.
  package static let machineTypes = Contract(
    id: "qemu.machine-types", catalogue: "R52",
    claim: "QEMU has a current machine for every pattern at which confidential firmware aims",
    from: [.qemu], to: [.libvirt, .firmware],
    basis: "QEMU query-machines; docs/interop/firmware.json (targets); libvirt "
      + "src/qemu/qemu_firmware.c matches them with g_pattern_match_simple",
    remedy: "ship a QEMU with a current pc-q35 machine, or aim the descriptor at one it has",
    knownCase: "QEMU 11.1 dropped pc-q35-5.1 and older and deprecates up to 8.1; machines up to "
      + "9.0 keep legacy-vm-type=on, and so another measurement",
    protecting: DomainType.confidential, reads: [.machines, .qom, .descriptors]
  ) { type, facts throws(MissingFact) in
    let (machines, qom) = (try facts.machines, try facts.qom)
    let offer = qom.testimony(on: type, by: "QEMU ")
    guard offer.isOffer else { return .notApplicable(offer.words) }

    let claims = facts.ifKnown(\.descriptors)?.naming(type) ?? []
    let findings = claims.flatMap { descriptor in
      (descriptor.targets["x86_64"] ?? []).compactMap { machines.finding(on: $0, in: descriptor) }
    }
    let standard = machines.finding(on: "pc-q35-*", in: nil)
    return .judged((standard.map { [$0] } ?? []) + findings + machines.notes(on: type, qom: qom))
  }.launching("sev-es/machine-versions")
}

extension MachineTypes {
  /// What is wrong with the machines that a pattern matches; nil where one is current.
  fileprivate func finding(on pattern: String, in descriptor: FirmwareDescriptor?) -> Finding? {
    let glob = Glob(pattern)
    let matches = machines.filter { glob.matches($0.name) }
    let subject = descriptor.map { "\($0.name) aims at \(pattern), but QEMU" } ?? "QEMU"
    let place = descriptor?.source.at("targets") ?? source.at(pattern)
    let asker =
      descriptor.map { Finding.Side(.firmware, "\($0.name) aims at \(pattern)") }
      ?? Finding.Side(.libvirt, "starts guests on \(pattern)")
    guard !matches.isEmpty else {
      return Finding(
        .fail, "\(subject) has no machine \(pattern)", where: place,
        sides: [.init(.qemu, "has no \(pattern)"), asker])
    }
    guard matches.allSatisfy(\.isDeprecated) else { return nil }
    return Finding(
      .warn, "\(subject) has only deprecated machines \(pattern)", where: place,
      sides: [.init(.qemu, "deprecates all \(matches.count) \(pattern)"), asker])
  }

  /// What a user who pins a machine for a domain type should know.
  fileprivate func notes(on type: DomainType, qom: QOMTypes) -> [Finding] {
    let pinned = machines.filter { $0.name.hasPrefix("pc-q35-") }
    // True of all types alike, and so told once.
    let isFirst = DomainType.confidential.first { qom.testimony(on: $0).isOffer } == type
    return [isFirst ? deprecation(among: pinned) : nil, measurement(of: pinned, for: type, qom)]
      .compactMap(\.self)
  }

  private func deprecation(among pinned: [Machine]) -> Finding? {
    let deprecated = pinned.filter(\.isDeprecated).map(\.name)
    guard !deprecated.isEmpty, deprecated.count < pinned.count else { return nil }
    return Finding(
      .info, "\(deprecated.count) of \(pinned.count) q35 machines are deprecated",
      where: source.at(deprecated.min()))
  }

  private func measurement(
    of pinned: [Machine], for type: DomainType, _ qom: QOMTypes
  ) -> Finding? {
    guard type == .sev || type == .sevES, pinned.contains(where: \.keepsLegacyVMType),
      qom.properties["sev-guest"]?["legacy-vm-type"] != nil
    else { return nil }
    return Finding(
      .info, "machines up to pc-q35-9.0 keep legacy-vm-type=on, which measures otherwise",
      where: source.at("pc-q35-9.0"))
  }
}

extension MachineTypes.Machine {
  /// **Source:** QEMU hw/i386/pc.c, pc_compat_9_0.
  fileprivate var keepsLegacyVMType: Bool {
    guard
      let version = name.split(separator: "-").last.map(String.init).flatMap(UpstreamVersion.init)
    else { return false }
    return version < UpstreamVersion(9, 1)
  }
}
