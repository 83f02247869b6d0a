import LodgeModel
import Testing

struct SetLaunchesTests {
  private let sev = SetLaunches.Launch.made("sev/a", .made(of: .sev))
  private let snp = SetLaunches.Launch.made("sev-snp/a", .made(of: .sevSNP))

  @Test func launchesOfATypeAreThoseOfBothSets() {
    let all = SetLaunches([sev, snp], before: .init(name: "sid 1", launches: [snp, sev, sev]))
    let own = all.of(.sev)
    #expect(own.launches == [sev])
    #expect(own.before?.launches == [sev, sev] && own.before?.name == "sid 1")
    #expect(all.of(.tdx).launches.isEmpty && all.of(.tdx).before?.launches == [])
    #expect(SetLaunches([sev]).of(.sev).before == nil)
  }

  @Test func aPairIsTheSameDomainOfTheSameScenarioOnTheSamePlatform() {
    let now = [
      SetLaunches.Launch.made("a", .made("01")), .made("a", on: "rome", .made("02")),
      .made("a", .made("03", domain: "second")), .made("b", .made("04")),
    ]
    let before = [
      SetLaunches.Launch.made("a", on: "rome", .made("12")), .made("a", .made("11")),
      .made("c", .made("15")),
    ]
    let pairs = SetLaunches(now, before: .init(name: "sid 1", launches: before)).pairs
    #expect(pairs.map { $0.now.measured.measurement } == ["01", "02"])
    #expect(pairs.map { $0.before.measured.measurement } == ["11", "12"])
    #expect(SetLaunches(now).pairs.isEmpty)
  }

  @Test func driftIsEachMeasurementThatChangedWithAllThatDiffers() {
    let now = [
      SetLaunches.Launch.made("a", .made("02", regions: [.pages("ab"), .pages("c")])),
      .made("b", .made("01")),
    ]
    let before = [
      SetLaunches.Launch.made("a", .made("01", regions: [.pages("ax"), .pages("y")])),
      .made("b", .made("01")),
    ]
    let drift = SetLaunches(now, before: .init(name: "sid 1", launches: before)).drift
    #expect(drift.map(\.now) == [now[0]] && drift.map(\.before) == [before[0]])
    #expect(drift.first?.differences.count == 2)
    #expect(
      drift.first?.summary
        == "measured call 1, KVM_SEV_SNP_LAUNCH_UPDATE NORMAL: page 0xffc01000 has other contents "
        + "(1 of 2 pages differ); and in 1 more")
  }

  @Test func oneDifferenceIsToldAloneAndNoneIsExplained() {
    func summary(_ now: [MeasuredRegion], from before: [MeasuredRegion]) -> String? {
      SetLaunches(
        [.made("a", .made("02", regions: now))],
        before: .init(name: "sid 1", launches: [.made("a", .made("01", regions: before))])
      ).drift.first?.summary
    }
    #expect(summary([.pages("a")], from: [.pages("b")])?.hasSuffix("(1 of 1 pages differ)") == true)
    #expect(
      summary([.pages("a")], from: [.pages("a")]) == "the same calls were measured otherwise")
  }

  @Test func aPlaceNamesTheDomainWhereItHasALabel() {
    #expect(sev.place == "sev/a on milan: guest")
    #expect(
      SetLaunches.Launch.made("sev/a", .made(domain: "")).place == "sev/a on milan")
  }
}
