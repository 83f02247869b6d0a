import LodgeContracts
import LodgeModel
import Testing

struct GuestPayloadTests {
  let contract = Contract.guestPayload

  @Test(arguments: [DomainType.sevSNP, .tdx]) func wholePayloadsPass(type: DomainType) throws {
    #expect(try contract.cell(of: .sid, type).isKeptInSilence)
  }

  @Test(arguments: Suite.allCases) func withoutEFISecretSEVIsWarned(suite: Suite) throws {
    let cell = try contract.cell(of: suite.evidence, .sev)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(
      cell.reason == "the kernel is built without EFI_SECRET: SEV guests that start it do not show "
        + "secrets that the launch injected")
  }

  @Test(arguments: [
    ("AMD_MEM_ENCRYPT", DomainType.sevSNP), ("SEV_GUEST", .sevSNP), ("TSM_REPORTS", .sevSNP),
    ("UNACCEPTED_MEMORY", .tdx), ("INTEL_TDX_GUEST", .tdx), ("TDX_GUEST_DRIVER", .tdx),
  ])
  func eachLossIsAWarningOfItsTypes(symbol: String, type: DomainType) throws {
    let cell = try contract.cell(of: .sid.changing(\.kconfig) { $0.options[symbol] = nil }, type)
    #expect(cell.findings.map(\.grade) == [.warn] && cell.reason.contains(symbol))
  }

  @Test func theNameBeforeTheRenameIsGoodEnough() throws {
    let evidence = Evidence.sid.changing(\.kconfig) {
      $0.options["TSM_REPORTS"] = nil
      $0.options["CONFIGFS_TSM"] = "m"
    }
    #expect(try contract.cell(of: evidence, .tdx).isKeptInSilence)
  }

  @Test func withoutAPromiseItDoesNotApply() throws {
    #expect(try contract.outcome(of: .bookworm, .tdx) == .notApplicable)
  }

  @Test func theConfigurationIsNeeded() throws { try expect(contract, needs: \.kconfig) }
}
