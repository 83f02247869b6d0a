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
    self.init(evidence, kernel: offered, platform: carried, host: host)
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
