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
    #expect(cell.reason.hasPrefix("kvm_amd.debug_swap is on by default: guests of KVM_SEV_INIT2"))
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
        == "kvm_amd.debug_swap is on by default, and the kernel has no KVM_SEV_INIT2: every SEV-ES "
        + "guest is measured with DebugSwap (SEV features bit 5)")
  }

  @Test func offByDefaultKeepsItUnlessTheSetSwitchesItOn() throws {
    let off = Evidence.trixie.changing(\.modules) {
      $0.byName["kvm_amd"]?.defaults["debug_swap"] = "N"
    }
    #expect(try contract.cell(of: off, .sevES).isKeptInSilence)
    #expect(try contract.cell(of: off.switching(debugSwap: "1"), .sevES).findings.count == 1)
    #expect(
      try contract.cell(of: Evidence.trixie.switching(debugSwap: "0"), .sevES).isKeptInSilence)
  }

  @Test func aDefaultThatCannotBeReadIsAWarning() throws {
    let evidence = Evidence.trixie.changing(\.modules) { $0.byName["kvm_amd"]?.defaults = [:] }
    #expect(
      try contract.cell(of: evidence, .sevES).reason.contains("a default that cannot be read"))
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

extension Evidence {
  fileprivate func switching(debugSwap value: String) -> Self {
    changing(\.hostSettings) {
      $0.moduleOptions.append(
        .init(
          module: "kvm_amd", parameter: "debug_swap", value: value,
          source: Source(file: "etc/modprobe.d/sev.conf")))
    }
  }
}
