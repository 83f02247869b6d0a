import LodgeModel

/// What a scenario changes of a modelled kernel, such as a smaller pool of ASIDs.
package struct ModelOverrides: Codable, Equatable, Sendable {
  /// Answers of KVM_CHECK_EXTENSION by name, on /dev/kvm and all VMs.
  package var capabilities: [String: Int64]
  /// Constants that the kernel is not to have.
  package var withoutConstants: Set<String>
  /// Settings by name; an empty text takes the ability away.
  package var settings: [String: String]

  package init(
    capabilities: [String: Int64] = [:], withoutConstants: Set<String> = [],
    settings: [String: String] = [:]
  ) {
    self.capabilities = capabilities
    (self.withoutConstants, self.settings) = (withoutConstants, settings)
  }

  /// What is recorded in a description that is changed, one clause each.
  package var notes: [String] {
    capabilities.sorted { $0.key < $1.key }.map { "changed: \($0.key) is \($0.value)" }
      + withoutConstants.sorted().map { "changed: no \($0)" }
      + settings.sorted { $0.key < $1.key }.map {
        $0.value.isEmpty ? "changed: no \($0.key)" : "changed: \($0.key) is \($0.value)"
      }
  }

  /// Refuses capabilities and settings that no model has, before anything is started.
  ///
  /// - Throws: ``ModelFailure`` naming the first of them with the nearest that there is.
  package func check() throws(ModelFailure) {
    for name in capabilities.keys.sorted() where CapabilityRule.named(name) == nil {
      throw .unknown(
        kind: "capability", name: name,
        nearest: nearest(to: name, among: CapabilityRule.all.map(\.name)))
    }
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      guard let setting = ModelSetting(rawValue: name) else {
        throw .unknown(
          kind: "setting", name: name,
          nearest: nearest(to: name, among: ModelSetting.allCases.map(\.rawValue)))
      }
      guard value.isEmpty || setting.form.fits(value) else {
        throw .unfit(name: name, value: value, wanted: setting.form.title)
      }
    }
  }
}
