import LodgeContracts
import LodgeModel
import Testing

struct MeasuredOrderTests {
  let contract = Contract.measuredOrder

  private let code = MeasuredRegion.pages("ab")
  private let secrets = MeasuredRegion.pages("", kind: "SECRETS", at: 0x80_d000)
  private let cpuid = MeasuredRegion.pages("", kind: "CPUID", at: 0x80_e000)

  private func cell(
    _ now: [MeasuredRegion], before: [MeasuredRegion]? = nil
  ) throws -> Cell {
    try contract.cell(
      ofMeasured: [.made("test/one", regions: now), .made("test/two", regions: now)],
      before: before.map { regions in
        ["test/one", "test/two"].map {
          SetLaunches.Launch.made($0, measurement: "b", regions: regions)
        }
      })
  }

  @Test func theOrderIsToldOnceWithoutSaveAreas() throws {
    let cell = try cell([code, secrets, .areas([:])])
    #expect(cell.outcome == .pass && cell.reason == contract.claim)
    #expect(cell.findings.map(\.grade) == [.info])
    #expect(
      cell.findings.map(\.summary) == ["measured in the order NORMAL 0xffc00000, SECRETS 0x80d000"])
    #expect(cell.findings.map(\.where) == ["test/one on milan: guest"])
  }

  @Test func theCommonestOrderIsToldFirst() throws {
    let cell = try contract.cell(ofMeasured: [
      .made("test/one", regions: [cpuid]), .made("test/two", regions: [secrets]),
      .made("test/three", regions: [secrets]),
    ])
    #expect(
      cell.findings.map(\.summary) == [
        "measured in the order SECRETS 0x80d000", "measured in the order CPUID 0x80e000",
      ])
  }

  @Test func anotherOrderThanOnTheBuildBeforeIsAWarning() throws {
    let cell = try cell([code, cpuid, secrets], before: [code, secrets, cpuid])
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn, .info])
    #expect(
      cell.reason
        == "2 launches are measured in another order than on sid 1234: it was NORMAL 0xffc00000, "
        + "SECRETS 0x80d000, CPUID 0x80e000, and is NORMAL 0xffc00000, CPUID 0x80e000, SECRETS "
        + "0x80d000")
    #expect(cell.findings.first?.where == "test/one on milan: guest")
    #expect(cell.findings.first?.remedy == contract.remedy)
  }

  @Test func otherContentsAndSaveAreasInTheSameOrderAreNoChange() throws {
    let cell = try cell(
      [code, cpuid, .areas(["rip": "0xfff0"])], before: [.pages("xy"), cpuid, .areas([:])])
    #expect(cell.findings.map(\.grade) == [.info])
  }

  @Test func anotherAddressIsAnotherOrder() throws {
    let cell = try cell([code], before: [.pages("ab", at: 0xffe0_0000)])
    #expect(cell.findings.map(\.grade) == [.warn, .info])
  }

  @Test func theOrderInTheMetadataIsComparedAcrossBuilds() throws {
    let moved = Evidence.sid.changing(\.firmware) { firmware in
      guard case .sections(let version, let sections) = firmware.images[1].sevMetadata else {
        return
      }
      firmware.images[1].sevMetadata = .sections(
        version: version, [sections[sections.count - 1]] + sections.dropLast())
    }
    let snp = try contract.cell(of: moved, against: .sid, .sevSNP)
    #expect(snp.outcome == .pass && snp.findings.map(\.grade) == [.warn])
    #expect(snp.findings[0].sides.map(\.who) == ["before", "now"])
    #expect(try contract.cell(of: moved, against: .sid, .tdx).isKeptInSilence)
    #expect(try contract.cell(of: .sid, against: .sid, .sevSNP).isKeptInSilence)
    #expect(try contract.outcome(of: .trixie, against: .sid, .sevSNP) == .notApplicable)
    let gone = Evidence.sid.setting(\.firmware, to: .absent("nothing there"))
    #expect(try contract.outcome(of: .sid, against: gone, .tdx) == .notRun)
  }

  @Test func otherTypesAreNotItsBusiness() {
    let cells = contract.cells(
      ofMeasured: SetLaunches([.made(of: .sev), .made(of: .tdx)]), among: [], evidence: .sid)
    #expect(cells.map(\.type) == [.tdx])
  }
}
