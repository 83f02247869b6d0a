import LodgeContracts
import LodgeModel
import Testing

struct TDXHostSelectableTests {
  let contract = Contract.tdxHostSelectable

  @Test func anOptionThatIsOnlyUnsetCouldBeChosen() throws {
    #expect(try contract.outcome(of: .sid) == .pass)
  }

  @Test func kexecIsTheCauseOnLinux6_12() throws {
    let cell = try contract.cell(of: .sid.taking(.kernel, from: .trixie))
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason.hasPrefix(
        "the kernel cannot choose INTEL_TDX_HOST, for KEXEC_CORE=y excludes it, while QEMU has"))
  }

  @Test func ageIsTheCauseOnLinux6_1() throws {
    let cell = try contract.cell(of: .sid.taking(.kernel, from: .bookworm))
    #expect(cell.reason.hasPrefix("Linux 6.1.176 is older than INTEL_TDX_HOST"))
  }

  @Test func anUnmetDependencyIsNamed() throws {
    let evidence = Evidence.sid.changing(\.kconfig) {
      $0.options["INTEL_TDX_HOST"] = nil
      $0.options["X86_X2APIC"] = "n"
    }
    #expect(try contract.cell(of: evidence).reason.contains("without X86_X2APIC"))
  }

  @Test func aBackportCountsWhateverItsVersion() throws {
    let evidence = Evidence.sid.changing(\.kernel) { $0.version = "5.14.0" }
    #expect(try contract.outcome(of: evidence) == .pass)
  }

  @Test func withoutAPromiseItDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
  }

  @Test func theConfigurationIsNeeded() throws {
    try expect(contract, needs: \.kconfig)
  }
}
