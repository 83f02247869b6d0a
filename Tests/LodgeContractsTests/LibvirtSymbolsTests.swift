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

  @Test func thePackageAndTheFileMayBeRenamed() throws {
    let now = Evidence.sid.changing(\.libvirt) {
      $0.source = Source(file: "usr/lib64/libvirt.so.0.12008.0", package: "libvirt-libs 12.8.0-1")
    }
    #expect(try contract.cell(of: now, against: .sid).isKeptInSilence)
  }

  @Test func bothLibrariesAreNeeded() throws {
    let gone = Evidence.sid.setting(\.libvirt, to: .absent("nothing there"))
    #expect(try contract.outcome(of: gone, against: .sid) == .notRun)
    #expect(try contract.outcome(of: .sid, against: gone) == .notRun)
    #expect(try contract.outcome(of: .sid) == .notApplicable)
  }
}
