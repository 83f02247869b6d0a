import LodgeContracts
import LodgeModel
import Testing

struct DebugSwapTests {
  let contract = Contract.debugSwap

  @Test(arguments: [Suite.bookworm, .sid], [DomainType.sevES, .sevSNP])
  func aKernelWithoutTheParameterKeepsIt(suite: Suite, type: DomainType) throws {
    #expect(try contract.cell(of: suite.evidence, type).isKeptInSilence)
  }

  @Test(arguments: [DomainType.sevES, .sevSNP])
  func aKernelWithTheParameterIsAWarning(type: DomainType) throws {
    let cell = try contract.cell(of: .trixie, type)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(cell.reason.hasPrefix("kvm_amd has the parameter debug_swap: what it is set to"))
    #expect(cell.reason.contains("a guest of KVM_SEV_INIT2 may ask for"))
    #expect(
      cell.findings.map(\.where) == [
        "linux-image-6.12.117-1: usr/lib/modules/6.12.117+deb13-amd64/kernel/arch/x86/kvm/"
          + "kvm-amd.ko.xz: parmtype=debug_swap"
      ])
    #expect(cell.findings.first?.remedy.contains("kvm_amd.debug_swap=0") == true)
  }

  @Test func beforeGuestsCouldChooseItIsToldToDecideForAllOfThem() throws {
    let evidence = Evidence.trixie.changing(\.btf) {
      $0.objects["kvm_amd"]?.enumerators["KVM_SEV_INIT2"] = nil
    }
    #expect(
      try contract.cell(of: evidence, .sevES).reason
        == "kvm_amd has the parameter debug_swap, and the kernel no KVM_SEV_INIT2: where it is on, "
        + "every SEV-ES guest is measured with DebugSwap (SEV features bit 5)")
  }

  @Test func aKernelWithoutTheModuleMakesItNotApply() throws {
    let evidence = Evidence.trixie.changing(\.modules) { $0.byName["kvm_amd"] = nil }
    #expect(try contract.outcome(of: evidence, .sevES) == .notApplicable)
  }

  @Test func modulesAndTypesAreNeeded() throws {
    try expect(contract, needs: \.modules)
    try expect(contract, needs: \.btf, in: .trixie)
  }

  @Test(arguments: [
    (DomainType.sevES, String?.none, String?.none), (.sevES, "0x20", "0x20"),
    (.sevSNP, nil, "0x1"), (.sevSNP, "0x1", "0x1"), (.sevSNP, "0x21", "0x21"),
  ])
  func featuresThatWereAskedForAreKept(
    type: DomainType, asked: String?, measured: String?
  ) throws {
    #expect(try cell(type, asked, measured).isKeptInSilence)
  }

  @Test(arguments: [
    (DomainType.sevES, String?.none, String?.some("0x20"), "0x20, and 0x0"),
    (.sevES, "0x20", nil, "0x0, and 0x20"), (.sevSNP, nil, "0x21", "0x21, and 0x1"),
    (.sevSNP, nil, nil, "0x0, and 0x1"), (.sevSNP, "0x21", "0x1", "0x1, and 0x21"),
  ])
  func featuresThatNobodyAskedForFail(
    type: DomainType, asked: String?, measured: String?, words: String
  ) throws {
    let cell = try cell(type, asked, measured)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason
        == "1 of 1 launches measure save areas with SEV features \(words) was asked for")
    #expect(cell.findings.map(\.where) == ["test/launch on milan: guest"])
    #expect(cell.findings.map(\.remedy) == [contract.remedy])
  }

  @Test func everySaveAreaIsLookedAt() throws {
    let launch = SetLaunches.Launch.made(
      of: .sevES,
      regions: [.pages("a"), .areas(["rip": "0xfff0"]), .areas(["sev_features": "0x20"])])
    #expect(try contract.cell(ofMeasured: [.made(of: .sevES), launch], .sevES).outcome == .fail)
  }

  /// A launch whose guest object asks for features, with those of its first save area.
  private func cell(
    _ type: DomainType, _ asked: String?, _ measured: String?
  ) throws -> Cell {
    let launch = SetLaunches.Launch.made(
      of: type, attributes: asked.map { ["sev_features": $0] } ?? [:],
      regions: [.areas(measured.map { ["sev_features": $0] } ?? [:])])
    return try contract.cell(ofMeasured: [launch], type)
  }
}
