import LodgeContracts
import LodgeModel
import Testing

struct SecureBootSMMTests {
  let contract = Contract.secureBootSMM

  @Test(arguments: Suite.allCases) func everySuiteFitsItsOwnLibvirt(suite: Suite) throws {
    #expect(try contract.cell(of: suite.evidence).isKeptInSilence)
  }

  @Test func anOlderLibvirtWarnsOfFirmwareForTDX() throws {
    let cell = try contract.cell(of: .sid.taking(.libvirt, from: .trixie))
    #expect(cell.outcome == .pass)
    #expect(cell.findings.map(\.grade) == [.warn])
    #expect(
      cell.reason == "60-edk2-x86_64-inteltdx.json has secure-boot without requires-smm: libvirt "
        + "warns of an invalid set of features")
  }

  @Test(arguments: [
    (["secure-boot"], "secure-boot without requires-smm"),
    (["requires-smm"], "requires-smm without secure-boot"),
    (["enrolled-keys"], "enrolled-keys without secure-boot"),
    (["enrolled-keys", "requires-smm", "secure-boot"], ""),
  ])
  func plainFirmwareIsExemptedByNobody(features: [String], words: String) throws {
    let evidence = Evidence.sid.changing(\.descriptors) { $0.descriptors[2].features = features }
    #expect(
      try contract.cell(of: evidence).findings.map { $0.sides[0].says }
        == (words.isEmpty ? [] : [words]))
  }

  @Test(arguments: ["amd-sev-es", "amd-sev-snp", "intel-tdx"])
  func guestsWithTheirOwnRegistersHaveNoSMM(feature: String) throws {
    let evidence = Evidence.sid.changing(\.descriptors) {
      $0.descriptors[2].features += ["requires-smm", "secure-boot", feature]
    }
    let cell = try contract.cell(of: evidence)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "60-edk2-x86_64.json requires SMM and claims \(feature): libvirt switches SMM "
        + "on, which such guests do not have")
  }

  @Test func firmwareOfOtherMachinesHasNoSMM() throws {
    let evidence = Evidence.sid.changing(\.descriptors) {
      $0.descriptors[2].features = ["secure-boot"]
      $0.descriptors[2].targets = ["aarch64": ["virt-*"]]
    }
    #expect(try contract.cell(of: evidence).isKeptInSilence)
  }

  @Test func descriptorsAndDriverAreNeeded() throws {
    try expect(contract, needs: \.descriptors)
    try expect(contract, needs: \.libvirtKeys)
  }
}
