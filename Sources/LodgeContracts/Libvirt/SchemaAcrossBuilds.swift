package import LodgeModel

extension Contract {
  /// A domain that the build before took is taken by this one.
  package static let schemaAcrossBuilds = Contract(
    id: "libvirt.schema-across-builds", catalogue: "R76",
    claim: "libvirt's schema takes each launchSecurity that the build before took, and sends it on",
    from: [.libvirt], to: [.libvirt, .qemu],
    basis:
      "libvirt src/conf/schemas/domaincommon.rng (launchSecurity); src/qemu/qemu_command.c for "
      + "the keys that the driver sends to QEMU",
    remedy: "keep what stored domains may have, or convert them before the upgrade",
    knownCase: "libvirt 10.5 brought sev-snp and 11.6 tdx: back on the release before, a stored "
      + "domain is refused with \"XML document failed to validate against schema\"",
    comparing: [.launchSecurity, .libvirtKeys]
  ) { _, now, before throws(MissingFact) in
    let (schema, driver) = (try now.launchSecurity, now.ifKnown(\.libvirtKeys))
    let older = try before.launchSecurity
    let sent = driver.flatMap { driver in
      before.ifKnown(\.libvirtKeys).map { driver.findings(after: $0) }
    }
    return .judged(schema.findings(after: older) + (sent ?? []))
  }
}

extension LaunchSecuritySchema {
  /// Types and items that were lost or became harder to satisfy, then what came.
  fileprivate func findings(after before: Self) -> [Finding] {
    let lost = before.types.keys.filter { types[$0] == nil }.sorted().map { type in
      Finding(
        .fail, "type='\(type)' is not accepted any more: domains that have it cannot be defined",
        where: source.at("launchSecurity/\(type)"),
        sides: [.before("accepts type='\(type)'"), .now("does not accept it")])
    }
    let shared = types.keys.filter { before.types[$0] != nil }.sorted()
    let came = types.keys.filter { before.types[$0] == nil }.sorted().map { type in
      Finding(
        .info, "type='\(type)' is accepted now", where: source.at("launchSecurity/\(type)"),
        sides: [.before("does not accept it"), .now("accepts type='\(type)'")])
    }
    return lost + shared.flatMap { changes(of: $0, after: before.types[$0] ?? []) } + came
  }

  private func changes(of type: String, after before: [Item]) -> [Finding] {
    let now = types[type] ?? []
    let kept = before.compactMap { old in now.change(of: old, in: type, at: source) }
    let came = now.filter { item in !before.contains { $0.isSame(as: item) } }.map { item in
      Finding(
        item.isOptional ? .info : .fail,
        "\(item.words) of type='\(type)' is \(item.isOptional ? "accepted" : "demanded") now",
        where: source.at("launchSecurity/\(type)/\(item.name)"),
        sides: [.before("no \(item.words)"), .now(item.isOptional ? "optional" : "required")])
    }
    return kept + came
  }
}

extension [LaunchSecuritySchema.Item] {
  /// What became of an item; nil where it is as it was, or easier to satisfy.
  fileprivate func change(
    of old: LaunchSecuritySchema.Item, in type: String, at source: Source
  ) -> Finding? {
    let place = source.at("launchSecurity/\(type)/\(old.name)")
    guard let own = first(where: old.isSame) else {
      return Finding(
        .fail, "\(old.words) of type='\(type)' is not accepted any more", where: place,
        sides: [.before("accepts \(old.words)"), .now("does not accept it")])
    }
    if old.isOptional, !own.isOptional {
      return Finding(
        .fail, "\(old.words) of type='\(type)' is required now: domains without it are refused",
        where: place, sides: [.before("optional"), .now("required")])
    }
    guard let held = old.content, let holds = own.content, held != holds else { return nil }
    return Finding(
      .warn, "\(old.words) of type='\(type)' may hold other values than before", where: place,
      sides: [.before("holds \(held)"), .now("holds \(holds)")])
  }
}

extension LaunchSecuritySchema.Item {
  fileprivate func isSame(as other: Self) -> Bool {
    name == other.name && isAttribute == other.isAttribute
  }

  fileprivate var words: String { isAttribute ? "attribute \(name)" : "element \(name)" }
}

extension LibvirtQEMUKeys {
  /// Keys of guest objects that the driver sent and sends no more, then those that came.
  fileprivate func findings(after before: Self) -> [Finding] {
    let keys = Set(DomainType.confidential.flatMap(LaunchSecurityKey.all).map(\.name)).sorted()
    return keys.compactMap { key in
      switch (before.letters[key], letters[key]) {
      case (.some, nil):
        Finding(
          .warn, "libvirt sends \(key) to QEMU no more", where: source.at(key),
          sides: [.before("sends \(key)"), .now("sends none")])
      case (nil, .some):
        Finding(
          .info, "libvirt sends \(key) to QEMU now", where: source.at(key),
          sides: [.before("sends none"), .now("sends \(key)")])
      default: nil
      }
    }
  }
}
