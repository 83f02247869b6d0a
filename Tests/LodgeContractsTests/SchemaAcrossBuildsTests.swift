import LodgeContracts
import LodgeModel
import Testing

struct SchemaAcrossBuildsTests {
  let contract = Contract.schemaAcrossBuilds

  private func findings(_ change: (inout LaunchSecuritySchema) -> Void) throws -> [Finding] {
    try contract.cell(of: .sid.changing(\.launchSecurity, change), against: .sid).findings
  }

  @Test func anUpgradeBringsTypes() throws {
    let cell = try contract.cell(of: .sid, against: .trixie)
    #expect(cell.outcome == .pass && cell.findings.allSatisfy { $0.grade == .info })
    #expect(cell.findings.contains { $0.summary == "type='tdx' is accepted now" })
  }

  @Test func aTypeThatIsGoneFails() throws {
    let cell = try contract.cell(of: .sid.taking(.libvirt, from: .trixie), against: .sid)
    #expect(
      cell.reason
        == "type='tdx' is not accepted any more: domains that have it cannot be defined")
    // What the older driver does not send is told too.
    #expect(cell.findings.filter { $0.grade == .warn }.count == 5)
  }

  @Test func anElementThatIsGoneFails() throws {
    let found = try findings { $0.types["sev-snp"]?.removeAll { $0.name == "hostData" } }
    #expect(found.map(\.grade) == [.fail])
    #expect(found[0].summary == "element hostData of type='sev-snp' is not accepted any more")
  }

  @Test func anElementThatIsRequiredNowFails() throws {
    let found = try findings { schema in
      guard let index = schema.types["tdx"]?.firstIndex(where: { $0.name == "policy" }) else {
        return
      }
      schema.types["tdx"]?[index].isOptional = false
    }
    #expect(found.map(\.grade) == [.fail])
    #expect(found[0].sides == [.before("optional"), .now("required")])
  }

  @Test func anElementThatIsNewIsANoteUnlessItIsDemanded() throws {
    let found = try findings {
      $0.types["tdx"]?.append(.init(name: "tscFrequency", isAttribute: false, isOptional: true))
      $0.types["sev"]?.append(.init(name: "secret", isAttribute: false, isOptional: false))
    }
    #expect(found.map(\.grade) == [.fail, .info])
  }

  @Test func anElementThatNeedNotBeThereAnyMoreIsNoChange() throws {
    let found = try findings { schema in
      for index in schema.types["sev-snp"]?.indices ?? 0..<0 {
        schema.types["sev-snp"]?[index].isOptional = true
      }
    }
    #expect(found == [])
  }

  @Test func aKeyThatIsNotSentAnyMoreIsAWarning() throws {
    let now = Evidence.sid.changing(\.libvirtKeys) { $0.letters["host-data"] = nil }
    let cell = try contract.cell(of: now, against: .sid)
    #expect(cell.outcome == .pass)
    #expect(cell.findings.map(\.summary) == ["libvirt sends host-data to QEMU no more"])
  }

  @Test func otherKeysOfTheDriverAreNotItsBusiness() throws {
    let now = Evidence.sid.changing(\.libvirtKeys) { $0.letters["read-only"] = ["B"] }
    #expect(try contract.cell(of: now, against: .sid).isKeptInSilence)
  }

  @Test func otherValuesAreAWarning() throws {
    func holding(_ content: String?) -> Evidence {
      .sid.changing(\.launchSecurity) { $0.types["tdx"]?[0].content = content }
    }
    let findings = try contract.cell(of: holding("string"), against: holding("hex")).findings
    #expect(findings.map(\.grade) == [.warn])
    #expect(findings[0].summary.hasSuffix("of type='tdx' may hold other values than before"))
    #expect(try contract.cell(of: holding("hex"), against: holding(nil)).isKeptInSilence)
  }

  @Test func bothSchemasAreNeeded() throws {
    let gone = Evidence.sid.setting(\.launchSecurity, to: .absent("nothing there"))
    #expect(try contract.outcome(of: gone, against: .sid) == .fail)
    #expect(try contract.outcome(of: .sid, against: gone) == .notRun)
  }
}
