import LodgeContracts
import LodgeModel
import Testing

struct CPUModelsTests {
  let contract = Contract.cpuModels

  private func removing(_ prefix: String) -> Evidence {
    .sid.changing(\.cpuModels) { $0.models.removeAll { $0.name.hasPrefix(prefix) } }
  }

  @Test func eachSuiteHasTheProcessorsOfItsGuests() throws {
    #expect(try contract.cell(of: .sid).findings.isEmpty)
    #expect(try contract.cell(of: .trixie).findings.map(\.grade) == [.info])
    #expect(try contract.outcome(of: .bookworm) == .notApplicable)
  }

  @Test(arguments: ["EPYC-Milan", "EPYC-Genoa"]) func aGenerationThatIsGoneFails(name: String)
    throws
  {
    #expect(
      try contract.cell(of: removing(name)).reason
        == "QEMU starts SNP guests, but has no processor \(name)")
  }

  @Test func aNameThatLeadsNowhereFails() throws {
    #expect(
      try contract.cell(of: removing("EPYC-Turin-v")).reason
        == "EPYC-Turin stands for EPYC-Turin-v1, which QEMU does not have")
  }

  @Test func aDeprecatedProcessorIsAWarning() throws {
    let old = Evidence.sid.changing(\.cpuModels) { $0.models[0].isDeprecated = true }
    #expect(try contract.cell(of: old).findings.map(\.grade) == [.warn])
    #expect(try contract.cell(of: old, against: .sid).findings.map(\.grade) == [.warn, .warn])
  }

  @Test func acrossBuildsNewProcessorsAreOneNote() throws {
    let found = try contract.cell(of: .sid, against: .trixie).findings
    #expect(found.map(\.grade) == [.info])
  }

  @Test func acrossBuildsALostProcessorFails() throws {
    let cell = try contract.cell(of: removing("EPYC-Rome-v5"), against: .sid)
    #expect(cell.reason == "the processor EPYC-Rome-v5 is gone")
    #expect(cell.outcome == .fail)
  }

  @Test func acrossBuildsOtherLostProcessorsAreOneWarning() throws {
    let rich = Evidence.sid.changing(\.cpuModels) { models in
      models.models += ["Skylake-Server-v5", "Opteron_G5-v1"].map {
        .init(name: $0, alias: nil, isDeprecated: false)
      }
    }
    let found = try contract.cell(of: .sid, against: rich).findings
    #expect(found.map(\.summary) == ["the processor Skylake-Server-v5 and 1 more are gone"])
    #expect(found[0].grade == .warn)
  }

  @Test func acrossBuildsANameThatLeadsElsewhereIsAWarning() throws {
    let moved = Evidence.sid.changing(\.cpuModels) { models in
      guard let index = models.models.firstIndex(where: { $0.name == "EPYC" }) else { return }
      models.models[index].alias = "EPYC-v5"
    }
    let found = try contract.cell(of: moved, against: .sid).findings
    #expect(found.map(\.summary) == ["EPYC stands for EPYC-v5, and stood for EPYC-v1"])
    #expect(found[0].grade == .warn)
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom)
    try expect(contract, needs: \.cpuModels)
  }
}
