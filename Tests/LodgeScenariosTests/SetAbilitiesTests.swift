import LodgeModel
import LodgeScenarios
import Testing

struct SetAbilitiesTests {
  private let source = Source(file: "x")

  private func abilities() -> SetAbilities {
    var evidence = Evidence()
    evidence.launchSecurity = .found(
      LaunchSecuritySchema(
        source: source,
        types: [
          "sev": [], "sev-snp": [.init(name: "vcek", isAttribute: true, isOptional: true)],
        ]))
    evidence.qom = .found(
      QOMTypes(
        source: source, names: ["sev-guest", "tdx-guest"],
        properties: [
          "sev-guest": ["kernel-hashes": "bool"], "pc-q35-11.1-machine": ["x-change": "bool"],
        ]))
    return SetAbilities(
      evidence, kernel: [.sev: true, .tdx: false], platform: [.sev],
      snpPolicies: { $0 == 0x30000 }, tdxAttributes: { $0 & ~0x1000_0000 == 0 },
      host: ["hugepages"])
  }

  @Test(arguments: [
    ("schema.sev-es", true), ("schema.tdx", false), ("schema.sev-snp.vcek", true),
    ("schema.sev-snp.idBlock", false), ("qemu.sev-guest", true), ("qemu.sev-snp-guest", false),
    ("qemu.sev-guest.kernel-hashes", true), ("qemu.sev-guest.id-block", false),
    ("qemu.sev-snp-guest.id-block", false), ("kernel.sev", true), ("kernel.tdx", false),
    ("kernel.plain", true), ("platform.sev", true), ("platform.tdx", false),
    ("kernel.snp-policy.0x30000", true), ("kernel.snp-policy.0x20000", false),
    ("kernel.tdx-attributes.0x10000000", true), ("kernel.tdx-attributes.0x10000001", false),
    ("qemu.machine-property.x-change", true), ("qemu.machine-property.kernel-hashes", false),
    ("host.hugepages", true),
  ])
  func anAbilityIsThereOrNot(_ name: String, _ isThere: Bool) throws {
    let ability = try Ability(name)
    #expect(try abilities().has(ability) == isThere)
    #expect("\(ability)" == name)
  }

  @Test(arguments: [
    "kernel.sev-es", "qemu.tdx-guest.attributes", "qemu.machine.q35", "qemu.cpu.EPYC",
    "qemu.command.query-sev", "libvirt.tdx", "libvirt.key.policy", "firmware.amd-sev",
    "image.hash-area", "host.vfio",
  ])
  func whatIsNotKnownIsNoAnswer(_ name: String) throws {
    #expect(throws: MissingAbility.self) { _ = try abilities().has(Ability(name)) }
  }

  @Test(arguments: [
    "", "sev", "kernel", "kernel.", "kernel.sevv", "kernel.sev.es", "schema.s390", "firmware.a.b",
    "libvirt.key", "kernel.snp-policy.3", "kernel.tdx-attributes.x", "qemu.machine-property.",
    "version.qemu", "qemu..x",
  ])
  func whatIsNoAbilityIsRefused(_ name: String) {
    #expect(throws: AbilityFailure.self) { _ = try Ability(name) }
  }

  @Test func aConditionNamesItsFirstUnmetDemand() throws {
    let condition = Condition([
      try .init("kernel.sev"), try .init("not kernel.tdx"), try .init("not qemu.sev-guest"),
    ])
    #expect("\(condition)" == "kernel.sev, not kernel.tdx, not qemu.sev-guest")
    let unmet = try condition.firstUnmet(in: abilities())
    #expect(try unmet == .init("not qemu.sev-guest"))
    #expect(try Condition().holds(in: abilities()))
  }
}
