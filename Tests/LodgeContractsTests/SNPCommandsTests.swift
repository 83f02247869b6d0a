import LodgeContracts
import LodgeModel
import Testing

struct SNPCommandsTests {
  let contract = Contract.snpCommands

  @Test func theReleasedInterfacePasses() throws {
    #expect(try contract.outcome(of: .trixie) == .pass)
    #expect(try contract.outcome(of: .sid) == .pass)
  }

  @Test(arguments: [22, 256] as [Int64])
  func theNumbersOfVendorTreesFail(value: Int64) throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      $0.constants["KVM_SEV_SNP_LAUNCH_START"] = value
    }
    let cell = try contract.cell(of: evidence)
    #expect(cell.outcome == .fail)
    #expect(
      cell.findings[0].where
        == "linux-libc-dev 7.2.13-1: usr/include/linux/kvm.h: KVM_SEV_SNP_LAUNCH_START")
  }

  @Test func anotherSizeFails() throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      $0.layouts["kvm_sev_snp_launch_finish"]?.size = 56
    }
    #expect(try contract.outcome(of: evidence) == .fail)
  }

  @Test func anotherNumberInTheCompiledKernelFails() throws {
    let evidence = Evidence.sid.changing(\.btf) {
      $0.objects["kvm_amd"]?.enumerators["KVM_SEV_SNP_LAUNCH_UPDATE"] = 24
    }
    #expect(try contract.outcome(of: evidence) == .fail)
  }

  @Test func aKernelWithoutThemFailsThePromise() throws {
    #expect(try contract.outcome(of: .trixie.taking(.kernel, from: .bookworm)) == .fail)
  }

  @Test func withoutCommandsAndPromiseItDoesNotApply() throws {
    #expect(try contract.outcome(of: .bookworm) == .notApplicable)
  }

  @Test func headersAreNeeded() throws {
    try expect(contract, needs: \.uapi)
  }
}
