import LodgeContracts
import LodgeModel
import Testing

struct AnswersAcrossBuildsTests {
  let contract = Contract.answersAcrossBuilds
  private let guest = ["qom-type": "sev-guest", "policy": "1", "cbitpos": "51"]

  private func cell(
    _ now: [String: [String: String]], before: [String: [String: String]],
    for domain: String = "<domain/>"
  ) throws -> Cell {
    try contract.cell(
      ofAnswers: [.arguments(now, for: domain)], before: [.arguments(before, for: domain)])
  }

  @Test func theSameAnswersAreKept() throws {
    #expect(try cell(["-object lsec0": guest], before: ["-object lsec0": guest]).isKeptInSilence)
  }

  @Test func withoutABuildBeforeItDoesNotApply() throws {
    let cell = try contract.cell(ofAnswers: [.arguments(["-S": [:]])], before: [])
    #expect(cell.outcome == .notApplicable)
  }

  @Test(arguments: [
    (["policy": "3"], "-object lsec0 policy was 1, is 3"),
    (["policy": nil], "-object lsec0 policy is gone: 1"),
    (["qom-type": "secret"], "-object lsec0 qom-type was sev-guest, is secret"),
  ])
  func whatTheOwnerAskedForMayNotChange(change: [String: String?], words: String) throws {
    var changed = guest
    for (name, value) in change { changed[name] = value }
    let cell = try cell(["-object lsec0": changed], before: ["-object lsec0": guest])
    #expect(cell.outcome == .fail)
    #expect(cell.reason == "QEMU's command line is not that of sid 1234: \(words)")
    #expect(cell.findings.first?.sides.map(\.who) == ["before", "now"])
  }

  @Test func aGuestThatIsNoLongerConfidentialFails() throws {
    let machine = ["value": "q35", "confidential-guest-support": "lsec0"]
    #expect(
      try cell(["-machine": ["value": "q35"]], before: ["-machine": machine]).outcome == .fail)
    #expect(try cell([:], before: ["-object lsec0": guest]).outcome == .fail)
  }

  @Test func otherChangesAreWarnedOfAndAdditionsGoodToKnow() throws {
    let cell = try cell(
      ["-cpu": ["value": "max"], "-global": ["value": "a"]], before: ["-cpu": ["value": "host"]])
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn, .info])
    #expect(cell.reason.hasSuffix("-cpu value was host, is max"))
  }

  @Test func theNewestMachineIsTheNameOfEachQEMU() throws {
    let (now, before) = (
      ["-machine": ["value": "pc-q35-11.1"]], ["-machine": ["value": "pc-q35-10.0"]]
    )
    #expect(try cell(now, before: before, for: "machine='q35'").findings.map(\.grade) == [.info])
    let named = try cell(now, before: before, for: "machine='pc-q35-10.0'")
    #expect(named.findings.map(\.grade) == [.warn])
  }

  @Test func howLibvirtSpeaksToQEMUIsNoPartOfTheGuest() throws {
    let cell = try cell([:], before: ["-mon monitor": ["mode": "control"]])
    #expect(cell.findings.map(\.grade) == [.info])
  }

  @Test func manyDomainsThatShowOneChangeAreOneFinding() throws {
    let scenarios = ["test/a", "test/b", "test/c"]
    let cell = try contract.cell(
      ofAnswers: scenarios.map { .arguments(["-cpu": ["value": "max"]], in: $0) },
      before: scenarios.map { .arguments(["-cpu": ["value": "host"]], in: $0) })
    #expect(cell.findings.map(\.where) == ["test/a on milan and 2 more"])
  }

  @Test func aCapabilityThatWentIsAWarningAndOneThatCameIsNot() throws {
    let part = "features/launchSecurity/enum sectype"
    func cell(_ now: [String: String], _ before: [String: String]) throws -> Cell {
      try contract.cell(
        ofAnswers: [.capabilities([part: now])], before: [.capabilities([part: before])])
    }
    let (sev, snp) = ("value sev", "value sev-snp")
    let gone = try cell([sev: "listed"], [sev: "listed", snp: "listed"])
    #expect(gone.findings.map(\.grade) == [.warn])
    #expect(gone.reason.hasSuffix("\(part) value sev-snp is gone: listed"))
    #expect(
      try cell([sev: "listed", snp: "listed"], [sev: "listed"]).findings.map(\.grade) == [.info])
    #expect(
      try cell(["@supported": "yes"], ["@supported": "no"]).findings.map(\.grade) == [.info])
    #expect(
      try cell(["@supported": "no"], ["@supported": "yes"]).findings.map(\.grade) == [.warn])
  }
}
