import LodgeContracts
import LodgeModel
import Testing

struct ESGuestCountTests {
  let contract = Contract.esGuestCount

  @Test(arguments: Suite.allCases) func untouchedSuitesCountRightly(suite: Suite) throws {
    #expect(try contract.cell(of: suite.evidence).isKeptInSilence)
  }

  @Test func aDefaultThatKeepsASIDsForSNPIsAWarning() throws {
    let evidence = Evidence.sid.changing(\.modules) {
      $0.byName["kvm_amd"]?.defaults["ciphertext_hiding_asids"] = "99"
    }
    #expect(
      try contract.cell(of: evidence).reason
        == "kvm_amd.ciphertext_hiding_asids is 99: so many ASIDs are kept for SNP guests, but "
        + "libvirt's maxESGuests counts all")
  }

  @Test(arguments: [
    ("ciphertext_hiding_asids", "0x10", 1), ("ciphertext_hiding_asids", "0", 0),
    ("sev_es", "0", 1), ("sev_es", "1", 0), ("sev_es", "off", 1),
  ])
  func whatASetSetsCounts(parameter: String, value: String, warnings: Int) throws {
    let evidence = Evidence.sid.changing(\.hostSettings) {
      $0.moduleOptions.append(
        .init(
          module: "kvm_amd", parameter: parameter, value: value,
          source: Source(file: "etc/modprobe.d/sev.conf")))
    }
    let findings = try contract.cell(of: evidence).findings
    #expect(findings.map(\.grade) == Array(repeating: .warn, count: warnings))
  }

  @Test func modulesAreNeeded() throws { try expect(contract, needs: \.modules) }

  @Test func aHostFinishesIt() {
    #expect(contract.stages == [.packages, .metal])
  }
}
