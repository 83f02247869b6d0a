import LodgeContracts
import LodgeModel
import Testing

struct LaunchMeasurementTests {
  let contract = Contract.launchMeasurement

  private func launch(
    _ scenario: String, _ measurement: Character = "a", _ pages: String = "ab"
  ) -> SetLaunches.Launch {
    .made(scenario, measurement: measurement, regions: [.pages(pages)])
  }

  private func unknown(_ scenario: String, _ why: String) -> SetLaunches.Launch {
    .made(scenario, predicted: .unknown(why))
  }

  @Test(arguments: DomainType.confidential)
  func whatItsInputsGiveIsKept(type: DomainType) throws {
    let cell = try contract.cell(ofMeasured: [.made(of: type)], type)
    #expect(cell.isKeptInSilence && cell.reason == contract.claim && cell.stage == .launch)
  }

  @Test func whatItsInputsDoNotGiveFails() throws {
    let other = MeasuredLaunch.Predicted.differs(
      measurement: String(repeating: "b", count: 96), difference: "page 0x80e000 differs")
    let cell = try contract.cell(ofMeasured: [
      .made("test/one"), .made("test/two", predicted: other),
    ])
    #expect(cell.outcome == .fail && cell.findings.map(\.grade) == [.fail])
    #expect(
      cell.reason
        == "1 of 2 launches are measured otherwise than their inputs say, such as test/two "
        + "on milan: guest: aaaaaaaaaaaaaaaa... in place of bbbbbbbbbbbbbbbb...; first difference: "
        + "page 0x80e000 differs")
    #expect(cell.findings.map(\.where) == ["test/two on milan: guest"])
    #expect(cell.findings.map(\.remedy) == [contract.remedy])
  }

  @Test func inputsThatTellNothingAreNotedOnceForEachReason() throws {
    let cell = try contract.cell(ofMeasured: [
      unknown("test/one", "no firmware"), unknown("test/two", "no firmware"),
      unknown("test/three", "its TD_HOB is measured"),
    ])
    #expect(cell.outcome == .pass && cell.reason == contract.claim)
    #expect(cell.findings.map(\.grade) == [.info, .info])
    #expect(
      cell.findings.map(\.summary) == [
        "the inputs of 1 launch do not tell its measurement: its TD_HOB is measured",
        "the inputs of 2 launches do not tell their measurement: no firmware",
      ])
    #expect(cell.findings.last?.where == "test/one on milan: guest")
  }

  @Test func anotherValueThanOnTheBuildBeforeIsAWarningThatNamesThePage() throws {
    let cell = try contract.cell(
      ofMeasured: [launch("test/one", "b", "ax"), launch("test/two")],
      before: [launch("test/one"), launch("test/two")])
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(
      cell.reason
        == "1 of 2 launches are measured otherwise than on sid 1234, such as test/one on milan: "
        + "guest: aaaaaaaaaaaaaaaa... is now bbbbbbbbbbbbbbbb...; first difference: measured call "
        + "1, KVM_SEV_SNP_LAUNCH_UPDATE NORMAL: page 0xffc01000 has other contents (1 of 2 pages "
        + "differ)")
    #expect(cell.findings.map(\.where) == ["test/one on milan: guest"])
    #expect(cell.findings.map(\.remedy) == [contract.remedy])
  }

  @Test func theSameValuesAndNewScenariosAreNoDrift() throws {
    let cell = try contract.cell(
      ofMeasured: [launch("test/one"), launch("test/new", "b", "x")],
      before: [launch("test/one"), launch("test/old", "c", "y")])
    #expect(cell.isKeptInSilence)
  }

  @Test func oneCauseIsToldOnceAndTheCommonestFirst() throws {
    let names = (1...4).map { "test/\($0)" }
    let cell = try contract.cell(
      ofMeasured: [launch(names[0], "b", "xb")] + names.dropFirst().map { launch($0, "b", "ax") },
      before: names.map { launch($0) })
    #expect(cell.findings.map(\.grade) == [.warn, .warn])
    #expect(cell.findings.first?.summary.hasPrefix("3 of 4 launches") == true)
    #expect(cell.findings.first?.summary.contains("page 0xffc01000") == true)
    #expect(cell.findings.last?.summary.hasPrefix("1 of 4 launches") == true)
  }

  @Test func fourCausesAreTold() throws {
    let pages = ["xbcdef", "axcdef", "abxdef", "abcxef", "abcdxf", "abcdex"]
    let cell = try contract.cell(
      ofMeasured: pages.map { launch("test/\($0)", "b", $0) },
      before: pages.map { launch("test/\($0)", "a", "abcdef") })
    #expect(cell.findings.count == 4 && Set(cell.findings.map(\.summary)).count == 4)
  }

  @Test func packagesAloneShowNothing() {
    #expect(contract.cells(of: .sid).isEmpty)
  }
}
