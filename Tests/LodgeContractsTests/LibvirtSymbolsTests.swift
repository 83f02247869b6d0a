import LodgeContracts
import LodgeModel
import Testing

struct LibvirtSymbolsTests {
  let contract = Contract.libvirtSymbols

  @Test func anUpgradeBringsSymbols() throws {
    let cell = try contract.cell(of: .sid, against: .trixie)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.info])
    #expect(cell.findings[0].summary.hasSuffix("came with libvirt 12.8.0"))
  }

  @Test func aSymbolThatIsGoneFails() throws {
    let now = Evidence.sid.changing(\.libvirt) { $0.symbols["virNodeGetSEVInfo"] = nil }
    let cell = try contract.cell(of: now, against: .sid)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "virNodeGetSEVInfo is gone, which was under LIBVIRT_4.5.0: clients that use "
        + "it do not start")
  }

  @Test func anotherNodeFails() throws {
    let now = Evidence.sid.changing(\.libvirt) {
      $0.symbols["virNodeGetSEVInfo"] = "LIBVIRT_12.8.0"
    }
    let cell = try contract.cell(of: now, against: .sid)
    #expect(cell.outcome == .fail)
    #expect(
      cell.findings[0].sides == [.before("LIBVIRT_4.5.0"), .now("LIBVIRT_12.8.0")])
  }

  private func types(
    _ declaration: String, size: Int = 24, place: String = "64: int", last: Int64 = 2
  ) -> Evidence {
    Evidence.sid.changing(\.libvirt) {
      $0.interface = LibraryInterface(
        functions: ["virDomainGetInfo": declaration],
        structures: ["_virDomainInfo": .init(size: size, members: ["maxMem": place])],
        enumerations: ["virState": ["VIR_RUNNING": 1, "VIR_LAST": last]])
    }
  }

  @Test func sameTypesPassAndSoDoMoreOfThem() throws {
    let before = types("int (int)")
    #expect(try contract.cell(of: types("int (int)", last: 3), against: before).isKeptInSilence)
    #expect(try contract.cell(of: .sid, against: before).isKeptInSilence)
    #expect(try contract.cell(of: before, against: .sid).isKeptInSilence)
  }

  @Test func otherTypesFail() throws {
    let before = types("int (int)")
    for (now, name) in [
      (types("int (long)"), "virDomainGetInfo"), (types("int (int)", size: 32), "_virDomainInfo"),
      (types("int (int)", place: "128: int"), "_virDomainInfo.maxMem"),
    ] {
      let cell = try contract.cell(of: now, against: before)
      #expect(cell.outcome == .fail && cell.findings.map(\.grade) == [.fail])
      #expect(cell.reason.hasPrefix("\(name) is "))
    }
    let renumbered = before.changing(\.libvirt) {
      $0.interface?.enumerations["virState"]?["VIR_RUNNING"] = 2
    }
    #expect(try contract.cell(of: renumbered, against: before).outcome == .fail)
  }

  @Test func thePackageAndTheFileMayBeRenamed() throws {
    let now = Evidence.sid.changing(\.libvirt) {
      $0.source = Source(file: "usr/lib64/libvirt.so.0.12008.0", package: "libvirt-libs 12.8.0-1")
    }
    #expect(try contract.cell(of: now, against: .sid).isKeptInSilence)
  }

  @Test func bothLibrariesAreNeeded() throws {
    let gone = Evidence.sid.setting(\.libvirt, to: .absent("nothing there"))
    #expect(try contract.outcome(of: gone, against: .sid) == .fail)
    #expect(try contract.outcome(of: .sid, against: gone) == .notRun)
    #expect(try contract.outcome(of: .sid) == .notApplicable)
  }
}
