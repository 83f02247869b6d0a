import LodgeContracts
import LodgeModel
import Testing

struct MachineTypesTests {
  let contract = Contract.machineTypes

  @Test(arguments: Suite.allCases)
  func everySuiteHasTheMachinesItsFirmwareAimsAt(suite: Suite) {
    #expect(contract.cells(of: suite.evidence).allSatisfy { $0.outcome != .fail })
  }

  @Test func aPatternWithoutAMachineFailsForItsTypeAlone() throws {
    let cells = contract.cells(
      of: .sid.changing(\.descriptors) { $0.descriptors[1].targets["x86_64"] = ["pc-tdx-?.*"] })
    #expect(cells.filter { $0.outcome == .fail }.map(\.type) == [.tdx])
    #expect(
      cells.last?.reason
        == "60-edk2-x86_64-inteltdx.json aims at pc-tdx-?.*, but QEMU has no machine pc-tdx-?.*")
  }

  @Test(arguments: ["pc-q35-11.?", "pc-*-1?.1", "*", "pc-q35-11.1"])
  func patternsMatchAsGLibDoes(pattern: String) throws {
    let evidence = Evidence.sid.changing(\.descriptors) {
      $0.descriptors[1].targets["x86_64"] = [pattern]
    }
    #expect(try contract.outcome(of: evidence, .tdx) == .pass)
  }

  @Test(.timeLimit(.minutes(1))) func aHostilePatternEnds() throws {
    let evidence = Evidence.sid.changing(\.descriptors) {
      $0.descriptors[1].targets["x86_64"] = [String(repeating: "*p", count: 10_000)]
    }
    #expect(try contract.outcome(of: evidence, .tdx) == .fail)
  }

  @Test func aQEMUWithoutQ35Fails() throws {
    let evidence = Evidence.sid.changing(\.machines) { machines in
      machines.machines.removeAll { $0.name.hasPrefix("pc-q35") }
    }
    #expect(try contract.outcome(of: evidence, .sevSNP) == .fail)
  }

  @Test func onlyDeprecatedMachinesAreAWarning() throws {
    let evidence = Evidence.sid.changing(\.machines) { machines in
      for index in machines.machines.indices { machines.machines[index].isDeprecated = true }
    }
    let cell = try contract.cell(of: evidence, .tdx)
    #expect(cell.outcome == .pass)
    #expect(cell.findings.contains { $0.grade == .warn })
  }

  @Test func machinesThatMeasureOtherwiseAreNoted() throws {
    for type in [DomainType.sev, .sevES] {
      let notes = try contract.cell(of: .sid, type).findings.map(\.summary)
      #expect(notes.contains { $0.contains("legacy-vm-type=on") })
    }
    #expect(try contract.cell(of: .sid, .sevSNP).findings.isEmpty)
    #expect(try contract.cell(of: .bookworm, .sev).findings.isEmpty)
  }

  @Test func whatIsTrueOfAllTypesIsToldOnce() {
    let words = "3 of 9 q35 machines are deprecated"
    func tellers(_ evidence: Evidence) -> [DomainType?] {
      contract.cells(of: evidence)
        .filter { $0.findings.contains { $0.summary == words } }.map(\.type)
    }
    #expect(tellers(.sid) == [.sev])
    #expect(tellers(.sid.changing(\.qom) { $0.names.remove("sev-guest") }) == [.sevSNP])
  }

  @Test func aTypeThatQEMULacksDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie, .tdx) == .notApplicable)
  }

  @Test func machinesAndObjectsAreNeeded() throws {
    try expect(contract, needs: \.machines)
    try expect(contract, needs: \.qom)
  }
}
