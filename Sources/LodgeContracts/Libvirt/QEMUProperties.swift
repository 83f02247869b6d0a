package import LodgeModel

extension Contract {
  /// QEMU's objects have every property that libvirt sets on them.
  package static let qemuProperties = Contract(
    id: "libvirt.qemu-properties", catalogue: "R26",
    claim: "QEMU's guest object has, with a fitting type, each property that libvirt sets on it, "
      + "and libvirt sets what its schema accepts",
    from: [.qemu], to: [.libvirt],
    basis: "libvirt src/qemu/qemu_command.c (keys and type letters in the driver) against QEMU's "
      + "qom-list-properties, and against libvirt's own domaincommon.rng",
    remedy: "take libvirt and QEMU from one distribution release, or rebuild libvirt for this QEMU",
    knownCase: "kernel-hashes sent to a QEMU before 6.2; quote-generation-service was renamed "
      + "quote-generation-socket, intel/MigTD#361",
    protecting: DomainType.confidential, reads: [.launchSecurity, .libvirtKeys, .qom]
  ) { type, facts throws(MissingFact) in
    let (schema, qom) = (try facts.launchSecurity, try facts.qom)
    let promise = schema.testimony(on: type, by: "libvirt ")
    guard promise.isOffer, let object = QOMTypes.guestObject(for: type) else {
      return .notApplicable(promise.words)
    }
    guard qom.names.contains(object) else {
      return .judged([
        Finding(
          .fail, "\(promise.words), but QEMU has no \(object)", where: qom.source.at(object),
          sides: [
            .init(.libvirt, schema.testimony(on: type).words), .init(.qemu, "has no \(object)"),
          ])
      ])
    }
    let driver = try facts.libvirtKeys
    let keys = try driver.keys(for: type)
    let properties = try qom.settable(on: object)
    return .judged(
      keys.compactMap { key in
        driver.finding(on: key, property: properties[key.name], of: object, in: qom)
      } + schema.findings(on: type, sentBy: driver))
  }
}

extension LibvirtQEMUKeys {
  /// The keys that the driver has for a domain type.
  ///
  /// - Throws: `MissingFact` where the driver has no key of the type, which no release does.
  fileprivate func keys(for type: DomainType) throws(MissingFact) -> [LaunchSecurityKey] {
    let found = LaunchSecurityKey.all(for: type).filter { letters[$0.name] != nil }
    guard !found.isEmpty else {
      throw MissingFact(
        name: .libvirtKeys, reason: "\(source.file) has no key for \(type.title) guests",
        isUnreadable: false)
    }
    return found
  }

  /// The kinds of value that the driver may give to a key.
  ///
  /// One key serves several objects, so the letters are of all of them: where upstream's kind is
  /// among them it is the one of this object.
  private func kinds(of key: LaunchSecurityKey) -> [ValueKind] {
    let all = (letters[key.name] ?? []).compactMap(ValueKind.init(letter:))
    return all.contains(key.kind) ? [key.kind] : all
  }

  /// What is wrong with the property that a key is for; nil where it fits.
  fileprivate func finding(
    on key: LaunchSecurityKey, property: String?, of object: String, in qom: QOMTypes
  ) -> Finding? {
    let (name, place) = (key.name, qom.source.at("\(object).\(key.name)"))
    guard let property else {
      return Finding(
        .fail, "libvirt sets \(name), but QEMU's \(object) has no such property", where: place,
        sides: [.init(.libvirt, "sets \(name)"), .init(.qemu, "has no \(object).\(name)")])
    }
    let kinds = kinds(of: key)
    guard !kinds.contains(ValueKind(property: property)) else { return nil }
    let words = kinds.map(\.words).listed()
    return Finding(
      .fail, "libvirt sets \(name) as \(words), but QEMU's \(object) takes \(property)",
      where: place,
      sides: [.init(.libvirt, "sets \(name) as \(words)"), .init(.qemu, "takes \(property)")])
  }
}

extension LaunchSecuritySchema {
  /// Where what a domain may say and what the driver sends on are not the same.
  ///
  /// A schema of which no item was read tells nothing.
  fileprivate func findings(on type: DomainType, sentBy driver: LibvirtQEMUKeys) -> [Finding] {
    let name = type.launchSecurity
    let items = Set((types[name] ?? []).map(\.name))
    guard !items.isEmpty else { return [] }
    return LaunchSecurityKey.all(for: type).compactMap { key in
      guard let item = key.item else { return nil }
      let (isAccepted, isSent) = (items.contains(item), driver.letters[key.name] != nil)
      guard isAccepted != isSent else { return nil }
      return Finding(
        .fail,
        isAccepted
          ? "libvirt accepts \(item), but its driver sends no \(key.name): what a domain says of it "
            + "is dropped"
          : "libvirt's driver sends \(key.name), but its schema has no \(item): a domain that says "
            + "it is refused where it is validated",
        where: isAccepted ? driver.source.at(key.name) : source.at("launchSecurity/\(item)"),
        sides: [
          Finding.Side(who: "schema", says: isAccepted ? "accepts \(item)" : "has no \(item)"),
          Finding.Side(
            who: "driver", says: isSent ? "sends \(key.name)" : "sends no \(key.name)"),
        ])
    }
  }
}

extension ValueKind {
  fileprivate var words: String {
    switch self {
    case .text: "text"
    case .flag: "a flag"
    case .number(let bits): "a \(bits)-bit number"
    case .structure: "a structure"
    }
  }
}
