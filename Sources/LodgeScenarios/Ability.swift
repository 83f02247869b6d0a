package import LodgeModel

/// One thing that a set, its platform or this host can or cannot do, as conditions name it.
///
/// A name says who has the ability and which it is: `schema.tdx`, `qemu.sev-guest.kernel-hashes`,
/// `kernel.sev-snp`. Versions are no abilities: distributions carry features back.
package enum Ability: Hashable, Sendable, CustomStringConvertible {
  /// libvirt's domain schema lets a domain of the type be written: `schema.sev-snp`.
  case schema(DomainType)
  /// The schema knows an element or attribute of `<launchSecurity>`: `schema.sev-snp.vcek`.
  case schemaItem(DomainType, String)
  /// libvirt's driver writes the keys of the type's QEMU object: `libvirt.tdx`.
  case libvirt(DomainType)
  /// libvirt's driver writes a JSON key for QEMU: `libvirt.key.kernel-hashes`.
  case libvirtKey(String)
  /// QEMU has an object type: `qemu.tdx-guest`.
  case object(String)
  /// An object type of QEMU has a property: `qemu.sev-guest.kernel-hashes`.
  case property(of: String, String)
  /// QEMU has a machine type or alias: `qemu.machine.pc-q35-10.0`.
  case machine(String)
  /// QEMU's machines have a property: `qemu.machine-property.x-change-vmfd-on-reset`.
  case machineProperty(String)
  /// QEMU has a CPU model: `qemu.cpu.EPYC-Turin`.
  case cpuModel(String)
  /// QEMU has a QMP command: `qemu.command.query-sev`.
  case command(String)
  /// The candidate kernel can make guests of the type, given hardware: `kernel.sev-es`.
  case kernel(DomainType)
  /// The candidate kernel passes an SNP guest policy on: `kernel.snp-policy.0x120000`.
  case snpPolicy(UInt64)
  /// The candidate kernel passes attributes of a TD on: `kernel.tdx-attributes.0x10000000`.
  case tdxAttributes(UInt64)
  /// Hardware, firmware and settings of the platform carry the type: `platform.sev`.
  case platform(DomainType)
  /// A firmware descriptor claims a feature: `firmware.amd-sev-snp`.
  case firmware(String)
  /// A whole firmware image has room for kernel hashes: `image.hash-area`.
  case hashArea
  /// This machine has something: `host.hugepages`.
  case host(String)

  /// Reads the name of an ability.
  ///
  /// - Throws: ``AbilityFailure`` saying what names there are.
  package init(_ name: String) throws(AbilityFailure) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, !parts.contains("") else { throw AbilityFailure(name) }
    let rest = parts.dropFirst(2).joined(separator: ".")
    switch (parts[0], parts[1], rest) {
    case ("libvirt", "key", let key) where !key.isEmpty: self = .libvirtKey(key)
    case ("qemu", "machine", let machine) where !machine.isEmpty: self = .machine(machine)
    case ("qemu", "machine-property", let name) where !name.isEmpty: self = .machineProperty(name)
    case ("qemu", "cpu", let model) where !model.isEmpty: self = .cpuModel(model)
    case ("qemu", "command", let command) where !command.isEmpty: self = .command(command)
    case ("qemu", let object, ""): self = .object(object)
    case ("qemu", let object, let property): self = .property(of: object, property)
    case ("kernel", "snp-policy", let text), ("kernel", "tdx-attributes", let text):
      guard text.hasPrefix("0x"), let bits = UInt64(text.dropFirst(2), radix: 16) else {
        throw AbilityFailure(name)
      }
      self = parts[1] == "snp-policy" ? .snpPolicy(bits) : .tdxAttributes(bits)
    case ("firmware", let feature, ""): self = .firmware(feature)
    case ("image", "hash-area", ""): self = .hashArea
    case ("host", let thing, ""): self = .host(thing)
    case (let layer, let type, let rest):
      guard let type = DomainType(rawValue: type) else { throw AbilityFailure(name) }
      switch (layer, rest) {
      case ("schema", ""): self = .schema(type)
      case ("schema", let item): self = .schemaItem(type, item)
      case ("libvirt", ""): self = .libvirt(type)
      case ("kernel", ""): self = .kernel(type)
      case ("platform", ""): self = .platform(type)
      default: throw AbilityFailure(name)
      }
    }
  }

  package var description: String {
    switch self {
    case .schema(let type): "schema.\(type.rawValue)"
    case .schemaItem(let type, let item): "schema.\(type.rawValue).\(item)"
    case .libvirt(let type): "libvirt.\(type.rawValue)"
    case .libvirtKey(let key): "libvirt.key.\(key)"
    case .object(let object): "qemu.\(object)"
    case .property(let object, let property): "qemu.\(object).\(property)"
    case .machine(let machine): "qemu.machine.\(machine)"
    case .machineProperty(let property): "qemu.machine-property.\(property)"
    case .cpuModel(let model): "qemu.cpu.\(model)"
    case .command(let command): "qemu.command.\(command)"
    case .kernel(let type): "kernel.\(type.rawValue)"
    case .snpPolicy(let policy): "kernel.snp-policy.0x\(String(policy, radix: 16))"
    case .tdxAttributes(let bits): "kernel.tdx-attributes.0x\(String(bits, radix: 16))"
    case .platform(let type): "platform.\(type.rawValue)"
    case .firmware(let feature): "firmware.\(feature)"
    case .hashArea: "image.hash-area"
    case .host(let thing): "host.\(thing)"
    }
  }
}

/// A name that no ability has.
package struct AbilityFailure: Error, Equatable, CustomStringConvertible {
  package let name: String

  init(_ name: String) { self.name = name }

  package var description: String {
    "\(name) is no ability; there are schema.TYPE[.ITEM], libvirt.TYPE, libvirt.key.KEY, "
      + "qemu.OBJECT[.PROPERTY], qemu.machine.NAME, qemu.machine-property.NAME, qemu.cpu.NAME, "
      + "qemu.command.NAME, kernel.TYPE, kernel.snp-policy.BITS, kernel.tdx-attributes.BITS, "
      + "platform.TYPE, firmware.FEATURE, image.hash-area "
      + "and host.THING"
  }
}
