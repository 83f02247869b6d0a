import LodgeContracts
import LodgeMessages
import LodgeModel
import Testing

struct VMTypesProbeTests {
  private let contract = Contract.vmTypesProbe

  @Test func aKernelWithTheReleasedNumberAnswers() throws {
    #expect(try contract.outcome(of: .sid) == .pass)
    #expect(try contract.outcome(of: .tdxReady) == .pass)
  }

  @Test func anotherNumberAnswersNothing() throws {
    let old = Evidence.sid.changing(\.uapi) { $0.constants["KVM_CAP_VM_TYPES"] = 216 }
    let cell = try contract.cell(of: old)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "libvirt asks for KVM_CAP_VM_TYPES as 235, but the kernel has it as 216, so "
        + "libvirt shows no TDX")
    #expect(cell.findings[0].sides.map(\.who) == ["kernel", "libvirt"])
  }

  @Test func aKernelBeforeTheQuestionAnswersNothing() throws {
    let cell = try contract.cell(of: .sid.taking(.kernel, from: .bookworm))
    #expect(cell.outcome == .fail)
    #expect(cell.reason.contains("but the kernel has none"))
  }

  @Test func anotherTypeIsAnotherBitOfTheAnswer() throws {
    let other = Evidence.sid.changing(\.uapi) { $0.constants["KVM_X86_TDX_VM"] = 2 }
    #expect(try contract.outcome(of: other) == .fail)
  }

  @Test func aLibvirtWithoutTDXOrWithoutTheProbeAsksNothing() throws {
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
    let before = Evidence.sid.losing("libvirt.marker.tdx-probe")
    #expect(try contract.outcome(of: before) == .notApplicable)
  }

  @Test func factsAreNeeded() throws {
    try expect(contract, needs: \.launchSecurity)
    try expect(contract, needs: \.texts)
    try expect(contract, needs: \.uapi)
  }
}
