import LodgeContracts
import LodgeModel
import Testing

struct VMTypeNumbersTests {
  let contract = Contract.vmTypeNumbers

  @Test(arguments: DomainType.confidential)
  func releasedNumbersPass(type: DomainType) throws {
    #expect(try contract.outcome(of: .sid, type) == .pass)
  }

  @Test(arguments: [("KVM_X86_TDX_VM", 2, DomainType.tdx), ("KVM_X86_SNP_VM", 3, .sevSNP)])
  func anotherNumberFailsForItsTypeAlone(name: String, value: Int64, type: DomainType) throws {
    let cells = contract.cells(of: .sid.changing(\.uapi) { $0.constants[name] = value })
    #expect(cells.filter { $0.outcome == .fail }.map(\.type) == [type])
    #expect(cells.first { $0.type == type }?.reason.hasPrefix("\(name) is \(value)") == true)
  }

  @Test func numbersThatOldKernelsDoWithoutDoNotApply() throws {
    #expect(try contract.outcome(of: .bookworm, .sev) == .notApplicable)
    #expect(try contract.outcome(of: .bookworm, .sevES) == .notApplicable)
  }

  @Test func theNumberOfAFeatureThatTheKernelLacksIsNoDifference() throws {
    let evidence = Evidence.sid.taking(.kernel, from: .trixie)
    #expect(try contract.outcome(of: evidence, .tdx) == .notApplicable)
  }

  @Test func aMissingNumberOfAFeatureThatTheKernelHasFails() throws {
    let evidence = Evidence.sid.changing(\.uapi) { $0.constants["KVM_X86_SNP_VM"] = nil }
    #expect(try contract.outcome(of: evidence, .sevSNP) == .fail)
  }

  @Test func aNumberThatNobodyAsksForDoesNotApply() throws {
    let evidence = Evidence.trixie.changing(\.uapi) { $0.constants["KVM_X86_TDX_VM"] = 2 }
    #expect(try contract.outcome(of: evidence, .tdx) == .notApplicable)
  }

  @Test func headersAndObjectsAreNeeded() throws {
    try expect(contract, needs: \.uapi, for: .tdx)
    try expect(contract, needs: \.qom, for: .tdx)
  }
}
