package import LodgeModel

extension Contract {
  /// The security policies of a set let QEMU open what a confidential guest needs.
  package static let domainAccess = Contract(
    id: "set.access-policy", catalogue: "C16",
    claim: "The AppArmor and SELinux policies of the set let the QEMU of a domain open /dev/sev, "
      + "/dev/kvm and the socket of the quote service",
    from: [.libvirt], to: [.qemu],
    basis: "libvirt src/security/apparmor/libvirt-qemu.in and virt-aa-helper.c; selinux-policy, "
      + "policy/modules/kernel/devices.fc, contrib/virt.te, contrib/qgs.te; apparmor.d(5)",
    remedy: "allow the path in etc/apparmor.d/abstractions/libvirt-qemu.d or in a policy module, "
      + "or take a libvirt or a policy that does",
    knownCase: "libvirt up to 11.3 lets virt-aa-helper grant no domain /dev/sev, and 12.8 does; "
      + "Fedora 43 had to add qgs_t so that svirt_t can reach the quote service",
    protecting: DomainType.confidential,
    reads: .promises + [.accessPolicy, .hostSettings, .quoteService, .kconfig]
  ) { type, facts throws(MissingFact) in
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }
    guard let policy = try facts.ifThere(\.accessPolicy) else {
      return .notApplicable("the set has no AppArmor or SELinux policy for domains of libvirt")
    }
    let drivers = facts.ifKnown(\.hostSettings)?.qemu?.securityDrivers ?? []
    let service = facts.ifKnown(\.quoteService)

    var findings: [Finding] = []
    for system in AccessPolicy.System.allCases {
      guard let shipped = policy.policies[system],
        drivers.isEmpty || drivers.contains(system.driver)
      else { continue }
      let isEnforced =
        shipped.enforcer != nil && (facts.ifKnown(\.kconfig)?.canEnforce(system) ?? false)
      for need in Need.all(of: type, service) {
        if let obstacle = shipped.obstacle {
          findings.append(.untold(need, by: system, of: shipped, because: obstacle))
        } else if !policy.grants(need.path, by: system) {
          findings.append(
            .withheld(need, by: system, of: shipped, policy: policy, isEnforced: isEnforced))
        }
      }
    }
    return .judged(findings)
  }.onHost(
    .metal, needs: "a host on which the policies of the set are in force and domains are started")
}

/// A path that the QEMU of a confidential guest opens.
private struct Need {
  var path: String
  /// How much it weighs that a policy in force withholds it.
  var grade = Finding.Grade.fail

  static func all(of type: DomainType, _ service: QuoteService?) -> [Self] {
    guard type == .tdx else { return [Self(path: "/dev/kvm"), Self(path: "/dev/sev")] }
    // Without a service there is nothing to connect to, and the guest starts nevertheless.
    let isServed = service?.socket?.canonicalRun == QuoteService.libvirtsDefault
    return [
      Self(path: "/dev/kvm"),
      Self(path: QuoteService.libvirtsDefault, grade: isServed ? .fail : .info),
    ]
  }
}

extension AccessPolicy {
  /// Whether a policy lets QEMU read and write a path; what is denied counts more.
  fileprivate func grants(_ path: String, by system: System) -> Bool {
    let rules = rules.filter { $0.system == system && $0.path == path }
    return ["r", "w"].allSatisfy { letter in
      rules.contains { !$0.isDenial && $0.grant.contains(letter) }
        && !rules.contains { $0.isDenial && $0.grant.contains(letter) }
    }
  }
}

extension KernelConfiguration {
  /// Whether the kernel starts with a security module.
  fileprivate func canEnforce(_ system: AccessPolicy.System) -> Bool {
    let symbol = system == .appArmor ? "SECURITY_APPARMOR" : "SECURITY_SELINUX"
    let modules = options["LSM"]?.filter { $0 != "\"" }.split(separator: ",") ?? []
    return enables(symbol) && modules.contains { $0 == system.driver }
  }
}

extension Finding {
  fileprivate static func withheld(
    _ need: Need, by system: AccessPolicy.System, of shipped: AccessPolicy.Policy,
    policy: AccessPolicy, isEnforced: Bool
  ) -> Self {
    let rules = policy.rules.filter { $0.system == system && $0.path == need.path }
    let denial = rules.first(where: \.isDenial)
    let says = (denial ?? rules.first).map { "says \($0.words)" } ?? "has no rule for it"
    let place = (denial ?? rules.first)?.source ?? shipped.source
    return Finding(
      isEnforced ? need.grade : min(need.grade, .warn),
      "\(system.title) lets no domain open \(need.path)"
        + (isEnforced || need.grade == .info ? "" : " where the host enforces it"),
      where: place.at(need.path),
      sides: [
        .init(who: system.title, says: says), .init(.qemu, "opens \(need.path) to read and write"),
      ])
  }

  fileprivate static func untold(
    _ need: Need, by system: AccessPolicy.System, of shipped: AccessPolicy.Policy,
    because obstacle: String
  ) -> Self {
    Finding(
      min(need.grade, .warn),
      "only a host shows whether \(system.title) lets a domain open \(need.path)",
      where: shipped.source.at(need.path),
      sides: [
        .init(who: system.title, says: obstacle),
        .init(.qemu, "opens \(need.path) to read and write"),
      ])
  }
}
