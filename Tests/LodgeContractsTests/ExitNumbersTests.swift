import LodgeContracts
import LodgeModel
import Testing

struct ExitNumbersTests {
  let contract = Contract.exitNumbers

  @Test func releasedNumbersPass() throws {
    #expect(try contract.outcome(of: .sid, .tdx) == .pass)
    #expect(try contract.outcome(of: .sid, .sevSNP) == .pass)
    #expect(try contract.outcome(of: .trixie, .sevSNP) == .pass)
  }

  @Test(arguments: [
    ("KVM_EXIT_TDX", 35, DomainType.tdx), ("KVM_EXIT_MEMORY_FAULT", 100, .sevSNP),
    ("KVM_EXIT_SNP_REQ_CERTS", 42, .sevSNP),
  ])
  func anotherNumberFails(name: String, value: Int64, type: DomainType) throws {
    let evidence = Evidence.sid.changing(\.uapi) { $0.constants[name] = value }
    #expect(try contract.cell(of: evidence, type).reason.hasPrefix("\(name) is \(value), but QEMU"))
  }

  @Test func aNumberTakenByAnotherExitFails() throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      $0.constants["KVM_EXIT_TDX"] = nil
      $0.constants["KVM_EXIT_VENDOR"] = 40
    }
    #expect(
      try contract.cell(of: evidence, .tdx).reason
        == "QEMU takes exit 40 for KVM_EXIT_TDX, but the kernel uses it for KVM_EXIT_VENDOR")
  }

  @Test func exitsThatTheKernelNeverTakesAreNoDifference() throws {
    let evidence = Evidence.sid.taking(.kernel, from: .bookworm)
    #expect(try contract.outcome(of: evidence, .tdx) == .notApplicable)
    #expect(try contract.outcome(of: .sid.taking(.kernel, from: .trixie), .tdx) == .pass)
  }

  @Test func aQEMUThatHandlesNoneMakesItNotApply() throws {
    #expect(try contract.outcome(of: .trixie, .tdx) == .notApplicable)
  }

  @Test func headersAndObjectsAreNeeded() throws {
    try expect(contract, needs: \.uapi)
    try expect(contract, needs: \.qom)
  }
}
