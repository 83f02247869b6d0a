import LodgeContracts
import LodgeModel
import Testing

struct FlashFirmwareTests {
  let contract = Contract.flashFirmware

  private func evidence(_ legacy: String, on set: Evidence = .trixie) -> Evidence {
    set.changing(\.defaults) { $0.objects["sev-guest"]?["legacy-vm-type"] = "\"\(legacy)\"" }
      .changing(\.descriptors) { descriptors in
        guard !descriptors.descriptors.isEmpty else { return }
        descriptors.descriptors[0].features.append("amd-sev-es")
        descriptors.descriptors[0].device = "flash"
      }
  }

  @Test(arguments: Suite.allCases) func eachSuiteKeepsTheLegacyCommand(suite: Suite) throws {
    #expect(contract.cells(of: suite.evidence).flatMap(\.findings).isEmpty)
  }

  @Test(arguments: ["auto", "on"]) func flashIsThereForGuestsOfTheLegacyCommand(_ legacy: String)
    throws
  {
    #expect(try contract.outcome(of: evidence(legacy, on: .sid)) == .pass)
  }

  @Test func flashIsRefusedToGuestsWithProtectedState() throws {
    let cell = try contract.cell(of: evidence("off", on: .sid))
    #expect(cell.outcome == .fail)
    let mapped = evidence("off", on: .sid).changing(\.descriptors) { descriptors in
      for index in descriptors.descriptors.indices {
        descriptors.descriptors[index].device = "memory"
      }
    }
    #expect(try contract.outcome(of: mapped) == .pass)
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom)
    try expect(contract, needs: \.defaults)
    try expect(contract, needs: \.descriptors, in: evidence("off", on: .sid))
  }
}
