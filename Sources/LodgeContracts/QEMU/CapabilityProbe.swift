package import LodgeModel

extension Contract {
  /// libvirt can ask QEMU what the host offers before there is any guest.
  package static let capabilityProbe = Contract(
    id: "qemu.capability-probe", catalogue: "R27",
    claim: "QEMU without a guest answers query-sev-capabilities whole, or by GenericError",
    from: [.qemu], to: [.libvirt],
    basis: "libvirt src/qemu/qemu_monitor_json.c, qemuMonitorJSONGetSEVCapabilities: GenericError "
      + "means no SEV, an answer needs pdh, cert-chain, cbitpos and reduced-phys-bits",
    remedy: "take a QEMU release whose query-sev-capabilities needs no object (9.1.0 and later)",
    knownCase: "QEMU 9.1-rc wanted a sev-guest object first, which libvirt makes only after it "
      + "knows of SEV (16dcf200dc, undone by f4e5f302b3); cd7093a7a1 mended a NULL dereference",
    protecting: [.sev, .sevES, .sevSNP], reads: [.qom, .replies, .qmp]
  ) { type, facts throws(MissingFact) in
    let qom = try facts.qom
    let qemu = qom.testimony(on: type, by: "QEMU ")
    guard qemu.isOffer else { return .notApplicable(qemu.words) }
    let replies = try facts.replies
    let isFirst = DomainType.confidential.first { qom.testimony(on: $0).isOffer } == type
    let objection = replies.objection(on: type) ?? facts.ifKnown(\.qmp)?.shortAnswer
    return .judged((objection.map { [$0] } ?? []) + (isFirst ? replies.otherEnds : []))
  }
}

private let probe = "query-sev-capabilities"
private let members = DriverWord.readOfCapabilities.map(\.rawValue)

extension QMPSchema {
  /// Members that libvirt reads and that no answer has, as a host without SEV cannot show; nil where
  /// all are there, or the schema does not say.
  fileprivate var shortAnswer: Finding? {
    guard case .object(let told, _, _) = shapes.answer(to: probe) else { return nil }
    let missing = members.filter { told[$0]?.isOptional != false }
    guard !missing.isEmpty else { return nil }
    return Finding(
      .fail, "the answer to \(probe) lacks \(missing.listed())", where: source.at(probe),
      sides: [
        .init(.qemu, "tells \(told.keys.sorted().listed())"),
        .init(.libvirt, "reads \(members.listed())"),
      ])
  }
}

extension QMPReplies {
  /// Why libvirt could not use the answer to its question for SEV; nil where it can.
  fileprivate func objection(on type: DomainType) -> Finding? {
    let object = QOMTypes.guestObject(for: type) ?? type.title
    switch byCommand[probe] {
    case nil:
      return finding("QEMU has \(object), but no command \(probe)", "has no such command")
    case .refused("GenericError", _): return nil
    case .refused(let kind, let description):
      return finding(
        "\(probe) is refused with \(kind), not GenericError: \(description)",
        "refuses with \(kind)")
    case .ended(let how): return finding("QEMU \(how) over \(probe)", how)
    case .returned(let told):
      let missing = members.filter { !told.contains($0) }
      guard !missing.isEmpty else { return nil }
      return finding(
        "the answer to \(probe) lacks \(missing.listed())",
        "answers without "
          + missing.listed())
    }
  }

  private func finding(_ summary: String, _ says: String) -> Finding {
    Finding(
      .fail, summary, where: source.at(probe),
      sides: [
        .init(.qemu, says),
        .init(.libvirt, "takes GenericError or \(members.listed())"),
      ])
  }

  /// Other questions of libvirt over which QEMU ends, true of all types alike.
  fileprivate var otherEnds: [Finding] {
    byCommand.sorted { $0.key < $1.key }.compactMap { command, reply in
      guard command != probe, case .ended(let how) = reply else { return nil }
      return Finding(
        .fail, "QEMU \(how) over \(command)", where: source.at(command),
        sides: [.init(.qemu, how), .init(.libvirt, "asks before any guest is there")])
    }
  }
}
