import LodgeContracts
import LodgeModel
import Testing

struct QOMMatchesQAPITests {
  let contract = Contract.qomMatchesQAPI

  @Test(arguments: DomainType.confidential)
  func equalNamesPass(type: DomainType) throws {
    #expect(try contract.outcome(of: .sid, type) == .pass)
  }

  @Test func aRenamedPropertyIsSeenFromBothSides() throws {
    let evidence = Evidence.sid.changing(\.qom) {
      $0.properties["sev-snp-guest"]?["vcek-disabled"] = nil
      $0.properties["sev-snp-guest"]?["vcek-required"] = "bool"
    }
    let cell = try contract.cell(of: evidence, .sevSNP)
    #expect(
      cell.findings.map(\.summary) == [
        "sev-snp-guest has the property vcek-required, but its schema has not",
        "the schema of sev-snp-guest has vcek-disabled, but the object has no such property",
      ])
    #expect(try contract.outcome(of: evidence, .sev) == .pass)
  }

  @Test func anObjectThatTheSchemaLacksFails() throws {
    let evidence = Evidence.sid.changing(\.qmp) { $0.objects["tdx-guest"] = nil }
    #expect(try contract.outcome(of: evidence, .tdx) == .fail)
  }

  @Test func aSchemaWithoutItsObjectDoesNotApply() throws {
    let evidence = Evidence.sid.changing(\.qom) { $0.names.remove("tdx-guest") }
    #expect(try contract.outcome(of: evidence, .tdx) == .notApplicable)
  }

  @Test func objectsSchemaAndPropertiesAreNeeded() throws {
    try expect(contract, needs: \.qom)
    try expect(contract, needs: \.qmp)
    let unlisted = Evidence.sid.changing(\.qom) { $0.properties["tdx-guest"] = nil }
    #expect(
      try contract.cell(of: unlisted, .tdx).reason
        == "no QOM types: the properties of tdx-guest were not listed")
  }
}
