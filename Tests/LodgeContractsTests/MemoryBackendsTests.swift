import LodgeContracts
import LodgeModel
import Testing

struct MemoryBackendsTests {
  let contract = Contract.memoryBackends

  @Test(arguments: Suite.allCases) func eachSuiteHasWhatItsLibvirtUses(suite: Suite) {
    #expect(contract.cells(of: suite.evidence).allSatisfy { $0.outcome != .fail })
  }

  @Test func aBackendThatIsNotBuiltFails() {
    let cells = contract.cells(of: .sid.changing(\.qom) { $0.names.remove("memory-backend-memfd") })
    #expect(cells.map(\.outcome) == [.fail, .fail])
    #expect(
      cells[0].reason
        == "QEMU has no memory-backend-memfd, which libvirt uses for memfd memory")
  }

  @Test func aSettingThatLibvirtMakesAndQEMUDoesNotHaveFails() throws {
    let lacking = Evidence.sid.changing(\.qom) {
      $0.properties["memory-backend-file"]?["mem-path"] = nil
    }
    #expect(try contract.outcome(of: lacking, .tdx) == .pass)
    let asked = lacking.changing(\.libvirtKeys) { $0.letters["mem-path"] = ["s"] }
    #expect(try contract.outcome(of: asked, .tdx) == .fail)
  }

  @Test func sharedMemoryOfAnOlderQEMUIsANote() throws {
    let notes = try contract.cell(
      of: .trixie.changing(\.qom) { $0.names.insert("memory-backend-shm") }, .sevSNP
    ).findings
    #expect(notes.map(\.grade) == [.info])
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom, for: .tdx)
    try expect(contract, needs: \.libvirtKeys, for: .tdx)
  }
}
