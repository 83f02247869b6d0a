import LodgeContracts
import LodgeModel
import Testing

struct QuerySEVShapeTests {
  let contract = Contract.querySEVShape

  @Test(arguments: Suite.allCases) func eachSuiteTellsWhatItsLibvirtReads(suite: Suite) {
    #expect(contract.cells(of: suite.evidence).flatMap(\.findings).isEmpty)
  }

  @Test func aPolicyThatIsNotToldFails() throws {
    let flat = Evidence.sid.changing(\.qmp) { schema in
      schema.shapes.types["102"] = .object(members: [:], tag: nil, arms: [:])
    }
    #expect(try contract.outcome(of: flat, .sev) == .pass)
    #expect(
      try contract.cell(of: flat, .sevSNP).reason
        == "query-sev tells no snp-policy of SEV-SNP guests")
  }

  @Test func aLibvirtThatStartsSNPGuestsAndCannotReadThemFails() throws {
    let blind = Evidence.sid.setting(\.texts, to: .absent("not searched"))
      .changing(\.libvirt) { $0.version = "10.0.0" }
    #expect(try contract.outcome(of: blind, .sevSNP) == .fail)
    #expect(try contract.outcome(of: blind, .sev) == .pass)
  }

  @Test func textsInTheDriverOutweighTheVersion() throws {
    let backport = Evidence.sid.changing(\.libvirt) { $0.version = "10.0.0" }
      .changing(\.texts) { texts in
        texts.byMember[.libvirt]?.present.append("libvirt.marker.snp-policy")
      }
    #expect(try contract.outcome(of: backport, .sevSNP) == .pass)
  }

  @Test func aLibvirtWithoutSNPReadsNothingOfIt() throws {
    #expect(try contract.outcome(of: .sid.taking(.libvirt, from: .bookworm), .sevSNP) == .pass)
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom, for: .sevSNP)
    try expect(contract, needs: \.qmp, for: .sevSNP)
    try expect(contract, needs: \.launchSecurity, for: .sevSNP)
    let untold = Evidence.sid.changing(\.qmp) { $0.shapes.answers = [:] }
    #expect(try contract.outcome(of: untold, .sev) == .notRun)
  }
}
