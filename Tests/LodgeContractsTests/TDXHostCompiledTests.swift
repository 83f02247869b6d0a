import LodgeContracts
import LodgeModel
import Testing

struct TDXHostCompiledTests {
  let contract = Contract.tdxHostCompiled

  @Test func aKernelBuiltForTDXPasses() throws {
    #expect(try contract.outcome(of: .tdxReady) == .pass)
  }

  @Test func theFirstPartThatLacksItIsTheCauseAndTheOthersAgree() throws {
    let cell = try contract.cell(of: .sid)
    #expect(cell.findings.map(\.grade) == [.fail, .info, .info])
    #expect(
      cell.findings[0].where
        == "linux-image-7.2.13-1: boot/config-7.2.13+deb14-amd64: INTEL_TDX_HOST")
    #expect(cell.findings[0].remedy == contract.remedy)
  }

  @Test func aModuleWithoutItsParameterFails() throws {
    let evidence = Evidence.tdxReady.changing(\.modules) {
      $0.byName["kvm_intel"]?.parameters["tdx"] = nil
    }
    #expect(try contract.cell(of: evidence).reason.contains("no parameter kvm_intel.tdx"))
  }

  @Test func aModuleWithoutTheTypesFails() throws {
    let evidence = Evidence.tdxReady.changing(\.btf) { $0.objects["kvm_intel"]?.enumerators = [:] }
    #expect(try contract.cell(of: evidence).reason.contains("no enum kvm_tdx_cmd_id"))
  }

  @Test func onePromiseIsEnough() throws {
    let evidence = Evidence.trixie.taking(.libvirt, from: .sid)
    #expect(
      try contract.cell(of: evidence).reason
        == "the kernel is built without INTEL_TDX_HOST, while libvirt accepts type='tdx'")
  }

  @Test func withoutAPromiseItDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
  }

  @Test func aPassNeedsAllThreeProofs() throws {
    try expect(contract, needs: \.kconfig, in: .tdxReady)
    try expect(contract, needs: \.modules, in: .tdxReady)
    try expect(contract, needs: \.btf, in: .tdxReady)
  }

  @Test func silenceNeedsEverybodyHeard() throws {
    try expect(contract, needs: \.qom, in: .trixie)
    try expect(contract, needs: \.launchSecurity, in: .trixie)
    try expect(contract, needs: \.descriptors, in: .trixie)
  }
}
