package import LodgeModel

extension Contract {
  /// What callers hand to QEMU's guest objects beyond upstream, QEMU takes.
  package static let certsPath = Contract(
    id: "qemu.certs-path", catalogue: "R10",
    claim: "QEMU has each option that upstream never released and a caller in the set uses",
    from: [.qemu], to: [.libvirt],
    basis: "QEMU qapi/qom.json (SevSnpGuestProperties, TdxGuestProperties) up to 11.1: neither "
      + "certs-path nor init-flags nor quote-generation-service; qom-list-properties",
    remedy: "take a QEMU that has the option, or a caller that does without it",
    knownCase: "kata-containers PR 9806 and issue 9805, AMDESE/AMDSEV 229 and 277: "
      + "\"Invalid parameter 'certs-path'\"; intel/MigTD 361: quote-generation-service was renamed",
    protecting: [.sevSNP, .tdx], reads: .promises + [.callers, .libvirtKeys]
  ) { type, facts throws(MissingFact) in
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }
    let (qom, callers) = (try facts.qom, try facts.callers)
    let driver = facts.ifKnown(\.libvirtKeys)

    var findings: [Finding] = []
    for option in DownstreamOption.all where option.type == nil || option.type == type {
      guard !option.isThere(in: qom) else { continue }
      let lack = Finding.Side(.qemu, "has no \(option.words)")
      if let driver, driver.letters[option.name] != nil {
        findings.append(
          Finding(
            .fail, "libvirt hands \(option.name) to QEMU, which has no \(option.words)",
            where: driver.source.at(option.name), sides: [.init(.libvirt, "sets it"), lack]))
      }
      for caller in callers.callers where caller.options.contains(option.name) {
        let side = Finding.Side(
          who: caller.source.name, says: caller.isBinary ? "can set it" : "sets it")
        findings.append(
          Finding(
            caller.isBinary ? .warn : .fail,
            "\(caller.source.file) \(caller.isBinary ? "can hand" : "hands") \(option.name) to "
              + "QEMU, which has no \(option.words)",
            where: caller.source.at(option.name), sides: [side, lack]))
      }
    }
    return .judged(findings)
  }
}

/// An option of QEMU that only downstream trees ever had.
private struct DownstreamOption {
  /// As callers write it, and as libvirt's driver would name the key.
  var name: String
  /// The guest object that has it as a property; nil where it is a type of its own.
  var object: String?
  /// The domain type that it is about; nil for all.
  var type: DomainType?

  /// **Source:** the QEMU trees AMDESE/qemu (snp-latest) and intel-staging/qemu-tdx.
  static let all = [
    Self(name: "certs-path", object: "sev-snp-guest", type: .sevSNP),
    Self(name: "init-flags", object: "sev-snp-guest", type: .sevSNP),
    Self(name: "quote-generation-service", object: "tdx-guest", type: .tdx),
    Self(name: "memory-backend-memfd-private"),
  ]

  /// What QEMU would have to have.
  var words: String { object.map { "property \(name) of \($0)" } ?? "object \(name)" }

  func isThere(in qom: QOMTypes) -> Bool {
    object.map { qom.properties[$0]?[name] != nil } ?? qom.names.contains(name)
  }
}

extension Source {
  /// The last part of the path.
  var name: String { file.split(separator: "/").last.map(String.init) ?? file }
}
