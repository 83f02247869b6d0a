import LodgeContracts
import LodgeModel
import Testing

struct KVMDeviceTests {
  private let contract = Contract.kvmDevice

  private func cell(
    owner: String? = nil, group: String?, mode: String?, user: String = "libvirt-qemu"
  ) throws -> Cell {
    try contract.cell(
      of: .sid.changing(\.hostSettings) {
        $0.deviceRules.append(
          .init(
            device: "kvm", owner: owner, group: group, mode: mode,
            source: Source(file: "etc/udev/rules.d/90-kvm.rules")))
        $0.qemu?.user = user
      }, .sevSNP)
  }

  @Test(arguments: Suite.allCases) func theRulesOfSuitesLetQEMUIn(suite: Suite) throws {
    #expect(try contract.cell(of: suite.evidence, .sev).isKeptInSilence)
  }

  @Test func whatOpensTheDevicePasses() throws {
    #expect(try cell(group: "kvm", mode: "0660").isKeptInSilence)
    #expect(try cell(group: "vendor", mode: "0666").isKeptInSilence)
    #expect(try cell(owner: "libvirt-qemu", group: nil, mode: "0600").isKeptInSilence)
    #expect(try cell(group: "root", mode: "0600", user: "root").isKeptInSilence)
  }

  @Test(arguments: [("root", "0660"), ("root", "0600"), ("kvm", "0000"), ("kvm", "0640")])
  func whatShutsQEMUOutFails(group: String, mode: String) throws {
    let cell = try cell(group: group, mode: mode)
    #expect(cell.outcome == .fail)
    #expect(cell.reason == "QEMU runs as libvirt-qemu:libvirt-qemu, which cannot open /dev/kvm")
  }

  @Test func aGroupOfItsOwnIsAWarning() throws {
    let cell = try cell(group: "vendor", mode: "0660")
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
  }

  @Test func settingsAreNeeded() throws { try expect(contract, needs: \.hostSettings, for: .sev) }
}
