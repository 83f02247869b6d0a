import LodgeContracts
import LodgeModel
import Testing

struct VMTypesCapabilityTests {
  let contract = Contract.vmTypesCapability

  @Test func theReleasedNumberPasses() throws {
    #expect(try contract.outcome(of: .sid, .tdx) == .pass)
    #expect(try contract.outcome(of: .trixie, .sevSNP) == .pass)
  }

  @Test(arguments: [216, 1000] as [Int64])
  func anotherNumberFails(value: Int64) throws {
    let evidence = Evidence.sid.changing(\.uapi) { $0.constants["KVM_CAP_VM_TYPES"] = value }
    #expect(
      try contract.cell(of: evidence, .tdx).reason
        == "KVM_CAP_VM_TYPES is \(value), while QEMU has tdx-guest and asks for 235")
  }

  @Test func aKernelWithoutItFailsAQEMUThatAsks() throws {
    #expect(try contract.outcome(of: .sid.taking(.kernel, from: .bookworm), .sevSNP) == .fail)
  }

  @Test func aQEMUThatDoesNotAskMakesItNotApply() throws {
    #expect(try contract.outcome(of: .bookworm, .sevSNP) == .notApplicable)
  }

  @Test func headersAndObjectsAreNeeded() throws {
    try expect(contract, needs: \.uapi)
    try expect(contract, needs: \.qom)
  }
}
