package import LodgeModel

extension Contract {
  /// The machine takes the object that makes a guest confidential.
  package static let confidentialGuestSupport = Contract(
    id: "qemu.confidential-guest-support", catalogue: "R53",
    claim: "QEMU's newest q35 machine takes confidential-guest-support, which libvirt sets",
    from: [.qemu], to: [.libvirt],
    basis: "QEMU hw/core/machine.c: confidential-guest-support since 6.0, memory-encryption "
      + "deprecated in 11.1 (5cd5188ef8); libvirt src/qemu/qemu_command.c",
    remedy: "name the object by confidential-guest-support=ID, in a QEMU whose machines have it",
    knownCase: "scripts that write memory-encryption=sev0: deprecated since QEMU 11.1, and gone "
      + "two releases later",
    protecting: DomainType.confidential, reads: [.qom, .machines, .qemu, .callers]
  ) { type, facts throws(MissingFact) in
    let qom = try facts.qom
    let offer = qom.testimony(on: type, by: "QEMU ")
    guard offer.isOffer else { return .notApplicable(offer.words) }
    guard let machine = try facts.machines.machines.first(where: { $0.alias == "q35" }) else {
      throw MissingFact(name: .machines, reason: "none has the alias q35", isUnreadable: false)
    }
    let properties = try qom.settable(on: "\(machine.name)-machine")
    let place = qom.source.at("\(machine.name).confidential-guest-support")
    guard properties["confidential-guest-support"] != nil else {
      return .judged([
        Finding(
          .fail, "\(machine.name) has no confidential-guest-support, and \(offer.words)",
          where: place,
          sides: [
            .init(.qemu, "has no such property"),
            .init(.libvirt, "sets confidential-guest-support"),
          ])
      ])
    }
    // True of all types alike, and so told once.
    let isFirst = DomainType.confidential.first { qom.testimony(on: $0).isOffer } == type
    return isFirst ? .judged(facts.oldSpelling(in: properties, of: machine.name)) : .kept
  }
}

extension Facts {
  /// Callers that name the object by the property that QEMU gives up.
  fileprivate func oldSpelling(in properties: [String: String], of machine: String) -> [Finding] {
    let old = "memory-encryption"
    let isThere = properties[old] != nil
    let version = ifKnown(\.qemu).flatMap { UpstreamVersion($0.version) }
    guard !isThere || (version.map { $0 >= UpstreamVersion(11, 1) } ?? false) else { return [] }
    let callers = (ifKnown(\.callers)?.callers ?? []).filter { caller in
      caller.options.contains { $0 == old || $0 == "\(old)=" }
    }
    return callers.map { caller in
      let isCertain = !isThere && !caller.isBinary
      return Finding(
        isCertain ? .fail : .warn,
        "\(caller.source.name) \(caller.isBinary ? "can write" : "writes") \(old)=, which QEMU "
          + (isThere ? "deprecates" : "does not have"),
        where: caller.source.at(old),
        sides: [
          Finding.Side(
            who: caller.source.name, says: "\(caller.isBinary ? "can write" : "writes") \(old)="),
          .init(.qemu, isThere ? "deprecates it since 11.1" : "\(machine) has no \(old)"),
        ])
    }
  }
}
