package import LodgeModel

extension Contract {
  /// QEMU's objects have every property that libvirt sets on them.
  package static let qemuProperties = Contract(
    id: "libvirt.qemu-properties", catalogue: "R26",
    claim: "QEMU's guest object has, with a fitting type, each property that libvirt sets on it",
    from: [.qemu], to: [.libvirt],
    basis: "libvirt src/qemu/qemu_command.c (keys and type letters in the driver) against QEMU's "
      + "qom-list-properties",
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
    let keys = try facts.libvirtKeys.keys(for: type)
    let properties = try qom.settable(on: object)
    return .judged(
      keys.compactMap { key, kinds in
        guard let property = properties[key] else {
          return Finding(
            .fail, "libvirt sets \(key), but QEMU's \(object) has no such property",
            where: qom.source.at("\(object).\(key)"),
            sides: [.init(.libvirt, "sets \(key)"), .init(.qemu, "has no \(object).\(key)")])
        }
        guard !kinds.contains(ValueKind(property: property)) else { return nil }
        return Finding(
          .fail,
          "libvirt sets \(key) as \(kinds.map(\.words).listed()), but QEMU's \(object) "
            + "takes \(property)",
          where: qom.source.at("\(object).\(key)"),
          sides: [
            .init(.libvirt, "sets \(key) as \(kinds.map(\.words).listed())"),
            .init(.qemu, "takes \(property)"),
          ])
      })
  }
}

extension LibvirtQEMUKeys {
  /// The keys that the driver has for a domain type, with the kinds of value it gives them.
  ///
  /// One key serves several objects, so the kinds are of all of them.
  ///
  /// - Throws: `MissingFact` where the driver has no key of the type, which no release does.
  fileprivate func keys(
    for type: DomainType
  ) throws(MissingFact) -> [(key: String, kinds: [ValueKind])] {
    let found = LaunchSecurityKeys.names(for: type).compactMap { name in
      letters[name].map { (key: name, kinds: $0.compactMap(ValueKind.init(letter:))) }
    }
    guard !found.isEmpty else {
      throw MissingFact(
        name: .libvirtKeys, reason: "\(source.file) has no key for \(type.title) guests",
        isUnreadable: false)
    }
    return found
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
