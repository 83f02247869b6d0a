import LodgeContracts
import LodgeModel
import Testing

struct MigrationFormatTests {
  let contract = Contract.migrationFormat

  private func findings(_ change: (inout VMStates) -> Void) throws -> [Finding] {
    try contract.cell(of: .sid.changing(\.vmstate, change), against: .sid).findings
  }

  @Test func machinesThatAreGoneFailTogether() throws {
    let cell = try contract.cell(of: .sid, against: .trixie)
    #expect(cell.outcome == .fail)
    #expect(cell.reason == "machine pc-i440fx-10.0, pc-q35-2.4, pc-q35-6.2 and pc-q35-7.0 are gone")
    let without = Evidence.sid.setting(\.vmstate, to: .absent("QEMU aborted"))
    #expect(try contract.cell(of: without, against: .trixie).reason == cell.reason)
  }

  @Test func machinesThatWillBeGoneAreAWarning() throws {
    let aged = Evidence.sid.changing(\.machines) { machines in
      guard let index = machines.machines.firstIndex(where: { $0.name == "pc-q35-9.0" }) else {
        return
      }
      machines.machines[index].isDeprecated = true
    }
    let found = try contract.cell(of: aged, against: .sid).findings
    #expect(found.map(\.summary) == ["machine pc-q35-9.0 is deprecated now"])
    #expect(found[0].grade == .warn)
  }

  @Test func olderStateIsReadAsLongAsItsVersionIs() throws {
    let found = try contract.cell(of: .sid, against: .trixie).findings
    #expect(found.allSatisfy { !$0.summary.contains("hpet") })
  }

  @Test func aVersionThatWentDownFails() throws {
    let found = try findings { $0.descriptions["hpet"]?.version = 1 }
    #expect(found.map(\.grade) == [.fail])
    #expect(found[0].summary == "the state of hpet is of version 2, and only 1 is read, in hpet")
  }

  @Test func aMinimumThatRoseFails() throws {
    let found = try findings {
      $0.descriptions["hpet_timer"]?.version = 3
      $0.descriptions["hpet_timer"]?.minimum = 2
    }
    #expect(
      found.map(\.summary)
        == ["the state of hpet_timer is of version 1, and is read from 2 on, in hpet"])
  }

  @Test func fieldsOfAnotherSizeAreAWarning() throws {
    let found = try findings { $0.descriptions["hpet_timer"]?.fields[1] = "config 4 0" }
    #expect(found.map(\.grade) == [.warn])
    #expect(found[0].sides == [.before("config of 8 bytes"), .now("config of 4 bytes")])
  }

  @Test(arguments: [
    ["tn 1 0", "config 8 0"], ["tn 1 0", "config 8 0", "cmp 8 0", "period 8 0"],
  ])
  func fieldsThatWentOrCameAreAWarning(fields: [String]) throws {
    #expect(
      try findings { $0.descriptions["hpet_timer"]?.fields = fields }.map(\.grade) == [.warn])
  }

  @Test(arguments: [
    ["number 1 0", "config 8 0", "cmp 8 0"], ["tn 1 0", "unused 16 0"],
    ["tn 1 0", "config 8 0", "cmp 8 0", "period 8 9"],
    ["tn 1 0", "config 8 0", "cmp? 8 0"],
    ["tn 1 0", "later? 4 0", "config 8 0", "cmp 8 0", "more? 2 0"],
  ])
  func whatIsTheSameOnTheWireIsNoChange(fields: [String]) throws {
    #expect(try findings { $0.descriptions["hpet_timer"]?.fields = fields }.isEmpty)
  }

  @Test func fieldsThatMovedIntoAStructureAreNoChange() throws {
    let found = try findings {
      $0.descriptions["moved"] = .init(version: 1, minimum: 1, fields: ["config 8 0", "cmp 8 0"])
      $0.descriptions["hpet_timer"]?.fields = ["tn 1 0", "rest 16 0 moved"]
    }
    #expect(found.isEmpty)
  }

  @Test func anOptionalPartThatIsGoneIsAWarning() throws {
    #expect(try findings { $0.descriptions["hpet"]?.subsections = [] }.map(\.grade) == [.warn])
  }

  @Test func aDeviceThatNobodyReadsAnyMoreIsAWarningWhereGuestsHaveIt() throws {
    #expect(try findings { $0.sections = [:] }.map(\.grade) == [.warn])
    let rare = Evidence.sid.changing(\.vmstate) { $0.sections["am53c974"] = "hpet" }
    #expect(try contract.cell(of: .sid, against: rare).findings.map(\.grade) == [.info])
    #expect(try contract.cell(of: rare, against: .sid).findings.map(\.grade) == [.info])
  }

  @Test func stateThatRefersToItselfEnds() throws {
    let found = try findings { $0.descriptions["hpet_timer"]?.fields = ["again 8 0 hpet_timer"] }
    #expect(found.map(\.grade) == [.warn])
  }

  @Test func missingMachinesAreNamed() throws {
    let gone = Evidence.sid.setting(\.machines, to: .absent("nothing there"))
    #expect(try contract.outcome(of: gone, against: .sid) == .fail)
    #expect(try contract.outcome(of: gone, against: gone) == .notRun)
  }
}
