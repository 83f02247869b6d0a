import LodgeContracts
import LodgeModel
import Testing

struct TDXCommandsTests {
  let contract = Contract.tdxCommands

  @Test func theReleasedInterfacePasses() throws {
    #expect(try contract.outcome(of: .sid) == .pass)
    #expect(try contract.outcome(of: .tdxReady) == .pass)
  }

  @Test func aMovedCommandFails() throws {
    let evidence = Evidence.sid.changing(\.uapi) { $0.constants["KVM_TDX_INIT_MEM_REGION"] = 4 }
    #expect(
      try contract.cell(of: evidence).reason
        == "the kernel's KVM_TDX_INIT_MEM_REGION is 4, which is 3 upstream")
  }

  @Test func aMissingCommandFails() throws {
    let evidence = Evidence.sid.changing(\.uapi) { $0.constants["KVM_TDX_GET_CPUID"] = nil }
    #expect(try contract.outcome(of: evidence) == .fail)
  }

  @Test func aMovedMemberFails() throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      $0.layouts["kvm_tdx_init_vm"]?.members[5].offset = 248
    }
    #expect(
      try contract.cell(of: evidence).reason
        == "the kernel's kvm_tdx_init_vm.cpuid is at byte 248, which is at byte 256 upstream")
  }

  @Test func anotherSizeInTheCompiledKernelFails() throws {
    let evidence = Evidence.tdxReady.changing(\.btf) {
      $0.objects["kvm_intel"]?.layouts["kvm_tdx_cmd"]?.size = 32
    }
    #expect(
      try contract.cell(of: evidence).reason.hasPrefix("BTF: the kernel's struct kvm_tdx_cmd"))
  }

  @Test func aKernelWithoutThemFailsThePromise() throws {
    #expect(try contract.outcome(of: .sid.taking(.kernel, from: .trixie)) == .fail)
  }

  @Test func withoutAPromiseItDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
  }

  @Test func headersAreNeeded() throws {
    try expect(contract, needs: \.uapi)
  }
}
