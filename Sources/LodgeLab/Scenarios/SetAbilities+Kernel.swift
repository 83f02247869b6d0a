package import LodgeModel
package import LodgePlatform
package import LodgeScenarios

extension SetAbilities {
  /// The abilities of a set whose kernel is modelled on a platform.
  package init(_ evidence: Evidence, on kernel: ModelledKernel, host: Set<String> = []) {
    var offered: [DomainType: Bool] = [:]
    var carried: Set<DomainType> = []
    for type in DomainType.allCases {
      switch kernel.offers(type) {
      case .yes:
        offered[type] = true
        carried.insert(type)
      case .no(lacking: .kernel, _): offered[type] = false
      case .no(lacking: .platform, _): offered[type] = true
      }
    }
    // A kernel without the type takes no bits of it.
    let policies = SNPPolicyRule(kernel)
    let attributes = kernel.bits(.tdxAttributes)
    self.init(
      evidence, kernel: offered, platform: carried,
      snpPolicies: { policies?.takes($0) ?? false },
      tdxAttributes: { bits in attributes.map { bits & ~$0 == 0 } ?? false }, host: host)
  }
}

/// The bits of SNP guest policies that a modelled kernel wants and refuses.
private struct SNPPolicyRule: Sendable {
  let known: UInt64
  let required: UInt64
  let forbidden: UInt64

  /// Nil for a kernel without SNP.
  init?(_ kernel: ModelledKernel) {
    guard let known = kernel.bits(.snpPolicyMask) else { return nil }
    self.known = known
    required = kernel.bits(.snpPolicyRequired) ?? 0
    forbidden = kernel.bits(.snpPolicyForbidden) ?? 0
  }

  func takes(_ policy: UInt64) -> Bool {
    policy & ~known == 0 && policy & required == required && policy & forbidden == 0
  }
}

extension ModelledKernel {
  /// The bits of a setting that is a mask; nil where the kernel does not have it.
  fileprivate func bits(_ setting: ModelSetting) -> UInt64? {
    settings[setting].flatMap { UInt64($0.dropFirst(2), radix: 16) }
  }
}

extension ModelOverrides {
  /// What a scenario changes of the model.
  package init(_ overrides: Scenario.Overrides) {
    self.init(
      capabilities: overrides.capabilities, withoutConstants: overrides.withoutConstants,
      settings: overrides.settings)
  }
}
