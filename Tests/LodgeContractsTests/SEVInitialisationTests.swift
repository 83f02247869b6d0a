import LodgeContracts
import LodgeModel
import Testing

struct SEVInitialisationTests {
  let contract = Contract.sevInitialisation

  /// A libvirt that says how a machine starts its guest.
  private let telling = Evidence.sid.changing(\.libvirtKeys) {
    $0.letters["legacy-vm-type"] = ["S"]
  }

  @Test(arguments: [Suite.trixie, .sid], [DomainType.sev, .sevES])
  func aLibvirtThatDoesNotAskKeepsIt(suite: Suite, type: DomainType) throws {
    #expect(try contract.cell(of: suite.evidence, type).isKeptInSilence)
  }

  @Test(arguments: [DomainType.sev, .sevES])
  func aLibvirtThatAsksKeepsItOnAKernelThatHasBoth(type: DomainType) throws {
    #expect(try contract.cell(of: telling, type).isKeptInSilence)
  }

  @Test func aLibvirtThatAsksFailsOnAKernelWithoutIt() throws {
    let cell = try contract.cell(of: telling.taking(.kernel, from: .bookworm), .sevES)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "libvirt sets legacy-vm-type, and the kernel has no KVM_SEV_INIT2 for it")
    #expect(
      cell.findings.map(\.where) == [
        "qemu-system-x86 1:11.1.3+ds-1: usr/bin/qemu-system-x86_64: sev-guest.legacy-vm-type"
      ])
    #expect(cell.findings.map(\.remedy) == [contract.remedy])
  }

  @Test func aQEMUWithOneWayMakesItNotApply() throws {
    let cell = try contract.cell(of: .bookworm, .sev)
    #expect(cell.outcome == .notApplicable && cell.reason.contains("no legacy-vm-type"))
  }

  @Test func objectsKeysAndTypesAreNeeded() throws {
    try expect(contract, needs: \.qom)
    try expect(contract, needs: \.libvirtKeys)
    try expect(contract, needs: \.btf, in: telling)
  }

  @Test(arguments: [(DomainType.sev, "KVM_SEV_INIT"), (.sevES, "KVM_SEV_ES_INIT")])
  func guestsOfTheLegacyCommandKeepIt(type: DomainType, command: String) throws {
    let launches = ["test/one", "test/two"].map {
      SetLaunches.Launch.made($0, of: type, by: command)
    }
    #expect(try contract.cell(ofMeasured: launches, type).isKeptInSilence)
  }

  @Test func guestsOfTheNewCommandAreAWarning() throws {
    let cell = try contract.cell(
      ofMeasured: [.made("test/one", of: .sev), .made("test/two", of: .sev)], .sev)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(
      cell.reason.hasPrefix(
        "a SEV domain is started by KVM_SEV_INIT2, which nothing in its XML asks for; "))
    #expect(cell.findings.first?.where == "test/one on milan: guest")
    #expect(cell.findings.first?.remedy == contract.remedy)
  }

  @Test func guestsOfBothCommandsFail() throws {
    let cell = try contract.cell(
      ofMeasured: [
        .made("test/one", of: .sevES, by: "KVM_SEV_ES_INIT"), .made("test/two", of: .sevES),
      ], .sevES)
    #expect(cell.outcome == .fail && cell.findings.count == 1)
    #expect(
      cell.reason
        == "a SEV-ES domain is started by KVM_SEV_INIT2, which nothing in its XML asks for, while "
        + "test/one on milan: guest is started by KVM_SEV_ES_INIT")
    #expect(cell.findings.first?.where == "test/two on milan: guest")
  }

  /// SNP knows the new command alone.
  @Test func guestsOfOtherTypesAreNotItsBusiness() {
    let cells = contract.cells(
      ofMeasured: SetLaunches([.made(of: .sevSNP), .made(of: .tdx)]), among: [], evidence: .sid)
    #expect(cells.isEmpty)
  }
}
