import LodgeContracts
import LodgeModel
import Testing

struct QEMUPropertiesTests {
  let contract = Contract.qemuProperties

  @Test(arguments: Suite.allCases)
  func everySuiteKnowsTheKeysOfItsLibvirt(suite: Suite) {
    #expect(contract.cells(of: suite.evidence).allSatisfy { $0.outcome != .fail })
  }

  @Test func aKeyThatQEMULacksFails() throws {
    let evidence = Evidence.sid.changing(\.qom) {
      $0.properties["sev-guest"]?["kernel-hashes"] = nil
    }
    #expect(
      try contract.cell(of: evidence, .sev).reason
        == "libvirt sets kernel-hashes, but QEMU's sev-guest has no such property")
    #expect(try contract.outcome(of: evidence, .sevES) == .fail)
    #expect(try contract.outcome(of: evidence, .sevSNP) == .pass)
  }

  @Test func aKeyOfAVendorTreeIsFound() throws {
    let evidence = Evidence.sid.changing(\.libvirtKeys) {
      $0.letters["quote-generation-service"] = ["S"]
    }
    #expect(try contract.outcome(of: evidence, .tdx) == .fail)
  }

  @Test func aValueOfAnotherKindFails() throws {
    let evidence = Evidence.sid.changing(\.qom) {
      $0.properties["tdx-guest"]?["mrowner"] = "uint64"
    }
    #expect(
      try contract.cell(of: evidence, .tdx).reason
        == "libvirt sets mrowner as text, but QEMU's tdx-guest takes uint64")
  }

  @Test func aPolicyOfAnotherWidthFails() throws {
    let evidence = Evidence.sid.changing(\.libvirtKeys) { $0.letters["policy"] = ["u"] }
    #expect(try contract.outcome(of: evidence, .sevSNP) == .fail)
    #expect(try contract.outcome(of: evidence, .sev) == .pass)
  }

  @Test func aQEMUWithoutTheObjectFailsThePromise() throws {
    #expect(try contract.outcome(of: .sid.taking(.qemu, from: .bookworm), .sevSNP) == .fail)
  }

  @Test func aTypeThatLibvirtRefusesDoesNotApply() throws {
    #expect(try contract.outcome(of: .bookworm, .sevSNP) == .notApplicable)
  }

  @Test func schemaKeysAndObjectsAreNeeded() throws {
    try expect(contract, needs: \.launchSecurity)
    try expect(contract, needs: \.libvirtKeys)
    try expect(contract, needs: \.qom)
    let keyless = Evidence.sid.changing(\.libvirtKeys) { $0.letters = [:] }
    #expect(try contract.outcome(of: keyless, .sev) == .notRun)
  }
}
