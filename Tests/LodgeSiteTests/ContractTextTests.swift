import Foundation
import LodgeModel
import LodgeSite
import Testing

struct ContractTextTests {
  private let contract = Contract(
    id: "kernel.tdx-host", catalogue: "R01",
    claim: "a set that offers TDX in QEMU, libvirt or firmware has a kernel that can host it",
    from: [.kernel], to: [.qemu, .libvirt, .firmware],
    basis: "Linux: arch/x86/Kconfig INTEL_TDX_HOST, arch/x86/kvm/Kconfig KVM_INTEL_TDX",
    remedy: "build the kernel with CONFIG_INTEL_TDX_HOST=y and CONFIG_KVM_INTEL_TDX=y, "
      + "or ship none of the other three with TDX",
    knownCase: "Debian sid: QEMU 11.1, libvirt 12.8 and ovmf-inteltdx beside a kernel without it",
    types: [.tdx], reads: [.kconfig, .qom, .launchSecurity, .descriptors],
    judge: { _, _ throws(MissingFact) in .kept })

  @Test func aContractIsExplained() throws {
    try expectSnapshot(ContractText(contract).text(), "contract.txt")
  }

  private let launched = Contract(
    id: "qemu.query-sev-survived", catalogue: "R61", claim: "QEMU survives a question about SEV",
    from: [.qemu], to: [.libvirt], basis: "QEMU target/i386/sev.c", remedy: "mend it",
    knownCase: "QEMU 11.1.3", types: [.tdx], judges: [.scenarios(["tdx/query-sev"])])

  private let scenario = ScenarioText(
    id: "tdx/policy[none]", claim: "QEMU takes the attributes that users may set", type: .tdx,
    platforms: ["intel-spr-tdx", "intel-emr-tdx"], needs: "qemu.tdx-guest, not host.hugepages",
    steps: ["define", "start", "state"], file: "Scenarios/tdx/policy.yaml")

  @Test func contractsAndScenariosAreListed() throws {
    let list = PromiseList([contract, launched], [scenario])
    try expectSnapshot(list.text(width: 80), "promises.txt")
    #expect(!PromiseList([contract], []).text().contains("\n\n"))
  }

  @Test func whatALaunchShowsNamesItsScenario() throws {
    try expectSnapshot(ContractText(launched).text(), "launched-contract.txt")
    try expectSnapshot(scenario.text(), "scenario.txt")
  }

  @Test func programsReadTheSame() throws {
    let json = try CanonicalJSON.encode(ContractText(contract))
    try expectSnapshot(String(decoding: json.dropLast(), as: UTF8.self), "contract.json")
  }
}
