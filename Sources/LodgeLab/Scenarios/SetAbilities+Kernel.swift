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
    let policies = SNPPolicyRule(kernel)
    self.init(
      evidence, kernel: offered, platform: carried, snpPolicies: policies.map { $0.takes },
      host: host)
  }
}

/// The bits of SNP guest policies that a modelled kernel wants and refuses.
private struct SNPPolicyRule: Sendable {
  let known: UInt64
  let required: UInt64
  let forbidden: UInt64

  /// Nil for a kernel without SNP.
  init?(_ kernel: ModelledKernel) {
    func bits(_ setting: ModelSetting) -> UInt64? {
      kernel.settings[setting].flatMap { UInt64($0.dropFirst(2), radix: 16) }
    }
    guard let known = bits(.snpPolicyMask) else { return nil }
    self.known = known
    required = bits(.snpPolicyRequired) ?? 0
    forbidden = bits(.snpPolicyForbidden) ?? 0
  }

  func takes(_ policy: UInt64) -> Bool {
    policy & ~known == 0 && policy & required == required && policy & forbidden == 0
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
