package import LodgeModel

/// What a candidate kernel offers of KVM, SEV and TDX on a platform.
///
/// Equal evidence and platforms give equal models.
package struct ModelledKernel: Equatable, Sendable {
  package let host: Host
  package let interface: KernelInterface
  /// What KVM_CHECK_EXTENSION answers on /dev/kvm, by number; what is not here is 0.
  package let capabilities: [UInt32: Int64]
  /// Answers on VMs that differ from those on /dev/kvm, by type and number.
  package let vmCapabilities: [VMType: [UInt32: Int64]]
  package let settings: [ModelSetting: String]
  /// MSRs of KVM_GET_MSR_INDEX_LIST in the kernel's order, with what a new vCPU holds.
  package let msrs: [MSRValue]
  /// MSRs of KVM_GET_MSR_FEATURE_INDEX_LIST in the kernel's order.
  package let featureMSRs: [MSRValue]
  /// What was remarkable in making the model, one sentence each.
  package let notes: [String]

  /// An MSR and its value.
  package struct MSRValue: Equatable, Sendable {
    package var index: UInt32
    package var value: UInt64
  }

  /// Models the kernel of a set on a platform.
  ///
  /// Only the kernel's facts are looked at, so that the evidence may be that of another set. What
  /// a description changes is recorded in ``notes``.
  ///
  /// - Throws: ``ModelFailure`` where a fact is missing or the description does not fit.
  package init(
    _ evidence: Evidence, changedBy description: KernelDescription? = nil, on platform: Platform
  ) throws(ModelFailure) {
    let changed = try description?.applied(to: evidence) ?? evidence
    let host = Host(try KernelFacts(changed), on: platform)
    self.host = host
    interface = KernelInterface(of: host.kernel)
    var capabilities: [UInt32: Int64] = [:]
    var onVMs: [VMType: [UInt32: Int64]] = [:]
    for rule in CapabilityRule.all {
      let answer = rule.answer(on: host)
      if answer != 0 { capabilities[rule.number] = answer }
      for type in host.vmTypes {
        guard let own = rule.answer(for: type, on: host), own != answer else { continue }
        onVMs[type, default: [:]][rule.number] = own
      }
    }
    (self.capabilities, vmCapabilities) = (capabilities, onVMs)
    settings = host.settings
    msrs = Self.values(of: MSRRule.all, on: host)
    featureMSRs = Self.values(of: MSRRule.features, on: host)
    notes =
      (description.map { [$0.note] } ?? []) + host.kernel.notes + interface.notes
  }

  private static func values(of rules: [MSRRule], on host: Host) -> [MSRValue] {
    rules.filter { $0.condition.holds(on: host) }.map {
      MSRValue(index: $0.index, value: $0.value(on: host))
    }
  }

  /// The kernel's release, such as `6.12.117+deb13-amd64`.
  package var release: String { host.kernel.release }

  /// Texts below `/sys/module/<module>/parameters`, by module and parameter.
  package var parameters: [String: [String: String]] { host.parameters.values }

  /// Whether a kind of domain can be launched; where not, who lacks what.
  package func offers(_ type: DomainType) -> Offer { host.offers(type) }
}
