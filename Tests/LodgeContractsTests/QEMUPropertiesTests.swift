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

  @Test func aPropertyOfAnotherWidthFailsThoughAnotherObjectHasTheKeyToo() throws {
    let evidence = Evidence.sid.changing(\.qom) {
      $0.properties["sev-snp-guest"]?["policy"] = "uint32"
    }
    #expect(
      try contract.cell(of: evidence, .sevSNP).reason
        == "libvirt sets policy as a 64-bit number, but QEMU's sev-snp-guest takes uint32")
    #expect(try contract.outcome(of: evidence, .sev) == .pass)
  }

  @Test func anElementThatTheDriverDropsFails() throws {
    let evidence = Evidence.sid.changing(\.libvirtKeys) { $0.letters["host-data"] = nil }
    #expect(
      try contract.cell(of: evidence, .sevSNP).reason
        == "libvirt accepts hostData, but its driver sends no host-data: what a domain says of it "
        + "is dropped")
    #expect(try contract.outcome(of: evidence, .sev) == .pass)
  }

  @Test func anElementThatTheSchemaLacksFails() throws {
    let evidence = Evidence.sid.changing(\.launchSecurity) {
      $0.types["tdx"]?.removeAll { $0.name == "mrOwner" }
    }
    #expect(
      try contract.cell(of: evidence, .tdx).reason
        == "libvirt's driver sends mrowner, but its schema has no mrOwner: a domain that says it is "
        + "refused where it is validated")
    let unread = Evidence.sid.changing(\.launchSecurity) { $0.types["tdx"] = [] }
    #expect(try contract.outcome(of: unread, .tdx) == .pass)
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
