package import LodgeModel

extension Contract {
  /// QEMU can open the device through which it speaks to AMD's secure processor.
  package static let sevDevice = Contract(
    id: "libvirt.sev-device", catalogue: "R40",
    claim: "The user that libvirt runs QEMU as can open /dev/sev",
    from: [.libvirt, .kernel], to: [.qemu],
    basis: "libvirt src/security/security_dac.c, virSecurityDACSetSEVLabel (11.3): the device is "
      + "given to QEMU's user where domains have a /dev of their own and dynamic_ownership is on; "
      + "src/qemu/qemu_namespace.c copies its mode; udev(7); the kernel makes it root's, 0600",
    remedy: "let the udev rule give QEMU's group mode 0660, or let libvirt label the device "
      + "(dynamic_ownership = 1, namespaces with mount)",
    knownCase: "AMDESE/qemu 12: \"Failed to open /dev/sev\" where QEMU was not given the device",
    protecting: [.sev, .sevES, .sevSNP], reads: .promises + [.hostSettings]
  ) { type, facts throws(MissingFact) in
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }
    let settings = try facts.hostSettings
    let rule = settings.access(to: "sev")
    let node = DeviceNode(rule)
    guard let account = settings.qemu else {
      // What libvirt does by default needs no more than the owner's right.
      guard !node.ownerMayReadAndWrite else { return .kept }
      return .judged([.closedDevice(node, to: "its owner", at: rule?.source)])
    }
    if account.changesOwners && account.hasOwnDevices {
      guard !node.ownerMayReadAndWrite else { return .kept }
      return .judged([
        .closedDevice(node, to: "the user that libvirt gives it to", at: rule?.source)
      ])
    }
    switch node.access(of: account.user, in: account.group) {
    case .granted: return .kept
    case .ofGroup:
      return .judged([
        Finding(
          .warn,
          "/dev/sev is for group \(node.group), and the set does not show that "
            + "\(account.user) is in it",
          where: (rule?.source ?? account.source).at("KERNEL==\"sev\""),
          sides: [
            .init(who: "udev", says: node.words),
            .init(.libvirt, "runs QEMU as \(account.user):\(account.group) and labels nothing"),
          ])
      ])
    case .denied:
      return .judged([
        Finding(
          .fail, "QEMU runs as \(account.user):\(account.group), which cannot open /dev/sev",
          where: (rule?.source ?? account.source).at(rule == nil ? account.reason : "sev"),
          sides: [
            .init(who: rule == nil ? "kernel" : "udev", says: node.words),
            .init(.libvirt, "\(account.reason), so it leaves the device as it is"),
          ])
      ])
    }
  }.onHost(.metal, needs: "an AMD host with SEV on which libvirt starts a domain of each SEV type")
}

extension Finding {
  fileprivate static func closedDevice(
    _ node: DeviceNode, to whom: String, at source: Source?
  ) -> Self {
    Finding(
      .fail, "mode \(node.mode) of /dev/sev shuts out \(whom)",
      where: source?.at("KERNEL==\"sev\"") ?? "/dev/sev",
      sides: [
        .init(who: "udev", says: node.words),
        .init(.libvirt, "changes the owner of the device, and keeps its mode"),
      ])
  }
}

extension HostSettings.QEMUAccount {
  /// Why libvirt does not label devices.
  fileprivate var reason: String {
    changesOwners ? "namespaces lacks mount" : "dynamic_ownership is 0"
  }
}
