import LodgeContracts
import LodgeModel
import Testing

struct TDXDefaultTests {
  let contract = Contract.tdxDefault

  @Test func offByDefaultIsAWarning() throws {
    let cell = try contract.cell(of: .tdxReady)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(
      cell.reason == "kvm_intel.tdx is off by default, and no package of the set switches it on")
    #expect(cell.findings.first?.remedy.contains("options kvm_intel tdx=1") == true)
  }

  @Test func aSetThatSwitchesItOnPasses() throws {
    let evidence = Evidence.tdxReady.changing(\.hostSettings) {
      $0.moduleOptions.append(
        .init(
          module: "kvm_intel", parameter: "tdx", value: "1",
          source: Source(file: "usr/lib/modprobe.d/tdx.conf")))
    }
    #expect(try contract.cell(of: evidence).isKeptInSilence)
  }

  @Test func onByDefaultPasses() throws {
    let evidence = Evidence.tdxReady.changing(\.modules) {
      $0.byName["kvm_intel"]?.defaults["tdx"] = "Y"
    }
    #expect(try contract.cell(of: evidence).isKeptInSilence)
  }

  @Test func aDefaultThatCannotBeReadIsUpstreams() throws {
    let evidence = Evidence.tdxReady.changing(\.modules) {
      $0.byName["kvm_intel"]?.defaults = [:]
    }
    #expect(try contract.cell(of: evidence).reason.contains("cannot be read here"))
  }

  @Test func withoutAPromiseOrTheParameterItDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
    #expect(try contract.outcome(of: .sid) == .notApplicable)
  }

  @Test func modulesAndHostSettingsAreNeeded() throws {
    try expect(contract, needs: \.modules, in: .tdxReady)
    try expect(contract, needs: \.hostSettings, in: .tdxReady)
  }

  @Test func aParameterThatIsGoneOrOffNowIsAWarning() throws {
    let on = Evidence.tdxReady.changing(\.modules) {
      $0.byName["kvm_intel"]?.defaults["tdx"] = "Y"
    }
    let off = try #require(contract.cells(of: .tdxReady, before: on).first)
    #expect(off.findings.map(\.summary).last == "kvm_intel.tdx was Y by default and is N")
    let gone = try #require(contract.cells(of: .sid, before: on).first)
    #expect(gone.findings.map(\.grade) == [.warn])
    #expect(gone.reason.hasPrefix("kvm_intel.tdx is gone"))
    let came = try #require(contract.cells(of: on, before: .sid).first)
    #expect(came.isKeptInSilence)
  }

  @Test func aHostFinishesIt() {
    #expect(contract.stages == [.packages, .metal])
  }
}
