package import LodgeModel

extension Contract {
  /// QEMU can open the device by which it makes any guest at all.
  package static let kvmDevice = Contract(
    id: "libvirt.kvm-device", catalogue: "R80",
    claim: "The udev rules of the set let the user that libvirt runs QEMU as open /dev/kvm",
    from: [.libvirt, .kernel], to: [.qemu],
    basis: "systemd rules.d/50-udev-default.rules: KERNEL==\"kvm\", GROUP=\"kvm\", mode 0666 or "
      + "0660 by build; libvirt does not label /dev/kvm, src/qemu/qemu_namespace.c copies it as it is",
    remedy: "leave /dev/kvm to group kvm with mode 0660 at least, and QEMU's user in that group",
    knownCase: "\"Could not access KVM kernel module: Permission denied\" where a rule of another "
      + "package gives the device to a group of its own",
    protecting: DomainType.confidential, reads: .promises + [.hostSettings]
  ) { type, facts throws(MissingFact) in
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }
    let settings = try facts.hostSettings
    // Without a rule in the set it is for the host's own to say.
    guard let rule = settings.access(to: "kvm") else { return .kept }
    let node = DeviceNode(rule)
    let (user, group) = (settings.qemu?.user ?? "libvirt-qemu", settings.qemu?.group ?? "kvm")
    let (grade, words): (Finding.Grade, String)
    switch node.access(of: user, in: group) {
    case _ where user == "root": return .kept
    case .granted: return .kept
    // Packages put the user into the group that upstream's rule names.
    case .ofGroup where node.group == "kvm": return .kept
    case .ofGroup:
      (grade, words) = (
        .warn,
        "/dev/kvm is for group \(node.group), and the set does not show that \(user) is in it"
      )
    case .denied:
      (grade, words) = (.fail, "QEMU runs as \(user):\(group), which cannot open /dev/kvm")
    }
    return .judged([
      Finding(
        grade, words,
        where: rule.source.at("KERNEL==\"kvm\""),
        sides: [
          .init(who: "udev", says: node.words), .init(.libvirt, "runs QEMU as \(user):\(group)"),
        ])
    ])
  }
}
