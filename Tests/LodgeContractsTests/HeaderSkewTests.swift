import LodgeContracts
import LodgeModel
import Testing

struct HeaderSkewTests {
  let contract = Contract.headerSkew

  @Test func headersOfOneTimeHaveNothingToSay() throws {
    let cell = try contract.cell(of: .sid)
    #expect(cell.outcome == .pass && cell.findings == [])
  }

  @Test func anExitThatQEMUDoesNotKnowIsAWarning() throws {
    let evidence = Evidence.sid.changing(\.vendoredHeaders) {
      $0.constants["KVM_EXIT_SNP_REQ_CERTS"] = nil
    }.changing(\.uapi) {
      $0.constants["KVM_EXIT_SNP_REQ_CERTS"] = 43
      $0.constants["KVM_EXIT_ARM_SEA"] = 41
    }
    let cell = try contract.cell(of: evidence)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(cell.findings.first?.summary.contains("KVM_EXIT_SNP_REQ_CERTS") == true)
  }

  @Test func newerCapabilitiesOnEitherSideAreToldOnly() throws {
    for key in [\Evidence.uapi, \Evidence.vendoredHeaders] {
      let evidence = Evidence.sid.changing(key) { $0.constants["KVM_CAP_NEW"] = 300 }
      let cell = try contract.cell(of: evidence)
      #expect(cell.findings.map(\.grade) == [.info])
    }
  }

  @Test func withoutASourceVersionsSayAsMuch() throws {
    let bookworm = try contract.cell(of: .bookworm)
    #expect(bookworm.outcome == .pass && bookworm.findings.map(\.grade) == [.info])
    #expect(bookworm.findings.first?.sides.first?.says == "7.2.22, with headers of Linux 6.0")
    let old = try contract.cell(of: .trixie.taking(.kernel, from: .bookworm))
    #expect(old.findings.first?.summary.contains("newer than the kernel") == true)
  }

  @Test func factsAreNeeded() throws {
    try expect(contract, needs: \.uapi)
    try expect(contract, needs: \.qemu)
  }
}
