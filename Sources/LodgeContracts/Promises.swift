import LodgeModel

extension [FactName] {
  /// The facts by which ``LodgeModel/Facts/promises(of:)`` knows who promises a domain type.
  static let promises: Self = [.qom, .launchSecurity, .descriptors]
}

extension Facts {
  /// Who promises a domain type to users, each as a side of a finding: `QEMU: has tdx-guest`.
  func sides(promising type: DomainType) -> [Finding.Side] {
    let offers: [(member: Member, testimony: Testimony?)] = [
      (.qemu, ifKnown(\.qom)?.testimony(on: type)),
      (.libvirt, ifKnown(\.launchSecurity)?.testimony(on: type)),
      (.firmware, ifKnown(\.descriptors)?.testimony(on: type)),
    ]
    return offers.compactMap { member, testimony in
      guard let testimony, testimony.isOffer else { return nil }
      return Finding.Side(member, testimony.words)
    }
  }

  /// Who promises a domain type to users, each as a clause: `QEMU has tdx-guest`.
  ///
  /// The kernel is not asked: it promises to these three, and they to users. An image that could
  /// serve the type promises nothing until a descriptor claims it.
  ///
  /// - Throws: `MissingFact` where nobody is known to promise it and somebody is not known.
  func promises(of type: DomainType) throws(MissingFact) -> [String] {
    let offers = [
      ifKnown(\.qom)?.testimony(on: type, by: "QEMU "),
      ifKnown(\.launchSecurity)?.testimony(on: type, by: "libvirt "),
      ifKnown(\.descriptors)?.testimony(on: type),
    ]
    let promises = offers.compactMap(\.self).filter(\.isOffer).map(\.words)
    if promises.isEmpty {
      _ = try self.qom
      _ = try self.launchSecurity
      _ = try self.descriptors
    }
    return promises
  }
}
