package import LodgeModel

/// What a set on a platform can do: the facts that expectations of scenarios depend on.
package struct SetAbilities: Sendable {
  private let evidence: Evidence
  private let kernel: [DomainType: Bool]
  private let snpPolicies: (@Sendable (UInt64) -> Bool)?
  private let tdxAttributes: (@Sendable (UInt64) -> Bool)?
  private let platform: Set<DomainType>
  private let host: Set<String>

  /// Takes the set's evidence, and by domain type what kernel and platform offer.
  ///
  /// `kernel` is what the candidate kernel offers on ideal hardware, a type that it does not name
  /// is not known; `snpPolicies` and `tdxAttributes` tell whether it passes such bits on; `host`
  /// names what this machine has, such as `hugepages`.
  package init(
    _ evidence: Evidence, kernel: [DomainType: Bool], platform: Set<DomainType>,
    snpPolicies: (@Sendable (UInt64) -> Bool)? = nil,
    tdxAttributes: (@Sendable (UInt64) -> Bool)? = nil, host: Set<String> = []
  ) {
    (self.evidence, self.kernel, self.platform, self.host) = (evidence, kernel, platform, host)
    (self.snpPolicies, self.tdxAttributes) = (snpPolicies, tdxAttributes)
  }

  /// Whether the ability is there.
  ///
  /// - Throws: ``MissingAbility`` where the fact that would tell is missing, and for an ability of
  ///   this host that it lacks: then nothing can be said of the set.
  package func has(_ ability: Ability) throws(MissingAbility) -> Bool {
    switch ability {
    case .schema(let type):
      return try fact(\.launchSecurity, for: ability).allows(type)
    case .schemaItem(let type, let item):
      let items = try fact(\.launchSecurity, for: ability).types[type.launchSecurity] ?? []
      return items.contains { $0.name == item }
    case .libvirt(let type):
      guard let key = type.tellingKey else { return true }
      return try fact(\.libvirtKeys, for: ability).letters[key] != nil
    case .libvirtKey(let key):
      return try fact(\.libvirtKeys, for: ability).letters[key] != nil
    case .object(let object):
      return try fact(\.qom, for: ability).names.contains(object)
    case .property(let object, let property):
      return try hasProperty(property, of: object, for: ability)
    case .machine(let name):
      return try fact(\.machines, for: ability).machines
        .contains { $0.name == name || $0.alias == name }
    case .machineProperty(let name):
      return try fact(\.qom, for: ability).properties
        .contains { $0.key.hasSuffix("-machine") && $0.value[name] != nil }
    case .cpuModel(let name):
      return try fact(\.cpuModels, for: ability).models.contains { $0.name == name }
    case .command(let name):
      return try fact(\.qmp, for: ability).commands[name] != nil
    case .kernel(let type):
      if type == .plain { return true }
      guard let offers = kernel[type] else {
        throw MissingAbility(ability, "it is not known what the kernel offers")
      }
      return offers
    case .snpPolicy(let policy):
      guard let snpPolicies else {
        throw MissingAbility(ability, "it is not known which SNP policies the kernel takes")
      }
      return snpPolicies(policy)
    case .tdxAttributes(let bits):
      guard let tdxAttributes else {
        throw MissingAbility(ability, "it is not known which TD attributes the kernel takes")
      }
      return tdxAttributes(bits)
    case .platform(let type):
      return type == .plain || platform.contains(type)
    case .firmware(let feature):
      return try fact(\.descriptors, for: ability).descriptors
        .contains { $0.features.contains(feature) }
    case .hashArea:
      return try fact(\.firmware, for: ability).images.contains {
        $0.isWhole && $0.hashArea.map { $0.size > 0 } == true
      }
    case .host(let thing):
      guard host.contains(thing) else { throw MissingAbility(ability, "this host has no \(thing)") }
      return true
    }
  }

  private func fact<Value>(
    _ key: KeyPath<Evidence, Fact<Value>>, for ability: Ability
  ) throws(MissingAbility) -> Value {
    switch evidence[keyPath: key] {
    case .found(let value): return value
    case .absent(let reason), .unreadable(let reason): throw MissingAbility(ability, reason)
    }
  }

  private func hasProperty(
    _ property: String, of object: String, for ability: Ability
  ) throws(MissingAbility) -> Bool {
    let types = try fact(\.qom, for: ability)
    guard types.names.contains(object) else { return false }
    guard let properties = types.properties[object] else {
      throw MissingAbility(ability, "the properties of \(object) were not read")
    }
    return properties[property] != nil
  }
}

/// An ability of which it is not known whether it is there.
package struct MissingAbility: Error, Equatable, CustomStringConvertible {
  package let ability: Ability
  package let reason: String

  package init(_ ability: Ability, _ reason: String) {
    (self.ability, self.reason) = (ability, reason)
  }

  package var description: String { "cannot tell \(ability): \(reason)" }
}

extension DomainType {
  /// A key that libvirt's driver writes for this type's QEMU object and for no other.
  ///
  /// **Source:** libvirt src/qemu/qemu_command.c, qemuBuildSEVCommandLine,
  /// qemuBuildSEVSNPCommandLine and qemuBuildTDXCommandLine, 11.6.
  fileprivate var tellingKey: String? {
    switch self {
    case .plain: nil
    case .sev, .sevES: "session-file"
    case .sevSNP: "id-block"
    case .tdx: "mrconfigid"
    }
  }
}
