import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads what the AppArmor and SELinux policies of a root let the QEMU of a domain open.
  package static let accessPolicy = Collector(\.accessPolicy) { root in
    var policies: [AccessPolicy.System: AccessPolicy.Policy] = [:]
    var rules: [AccessPolicy.Rule] = []
    if let appArmor = try AppArmorPolicy(in: root) {
      policies[.appArmor] = appArmor.policy
      rules += appArmor.rules
    }
    if let seLinux = try await SELinuxPolicy(in: root) {
      policies[.seLinux] = seLinux.policy
      rules += seLinux.rules
    }
    guard !policies.isEmpty else {
      return .absent(
        "no package of this set has an AppArmor profile of libvirt's domains or an SELinux policy")
    }
    return .found(AccessPolicy(policies: policies, rules: rules))
  }
}

extension AccessPolicy {
  /// The paths that confidential guests need, each as it is named and as its links lead.
  static let paths = [
    "/dev/sev", "/dev/kvm", "/dev/vhost-net", "/dev/vhost-vsock", "/run/tdx-qgs/qgs.socket",
  ]
}
