import LodgeContracts
import LodgeModel
import Testing

struct SNPPolicyTests {
  let contract = Contract.snpPolicy

  private func evidence(_ policy: UInt64, on set: Evidence = .sid) -> Evidence {
    set.changing(\.defaults) { $0.objects["sev-snp-guest"]?["policy"] = "\(policy)" }
  }

  @Test func eachSuiteTakesQEMUsOwnPolicy() throws {
    #expect(try contract.outcome(of: .sid) == .pass)
    #expect(try contract.outcome(of: .trixie) == .pass)
    #expect(try contract.outcome(of: .bookworm) == .notApplicable)
    #expect(try contract.outcome(of: .sid.taking(.kernel, from: .bookworm)) == .notApplicable)
  }

  @Test(arguments: [
    (UInt64(0x70000), "has 0x40000, which is refused"), (0x1007F, "lacks 0x20000"),
    (0xB0000, "lets the host debug the guest"), (0x8003_0000, "has 0x80000000, which is refused"),
  ])
  func aPolicyThatNoKernelTakesFails(policy: UInt64, words: String) throws {
    for set in [Evidence.trixie, .sid] {
      let cell = try contract.cell(of: evidence(policy, on: set))
      #expect(cell.outcome == .fail)
      #expect(cell.findings.contains { $0.summary.hasSuffix(words) })
    }
  }

  @Test(arguments: [UInt64(0x20000), 0x130000, 0x1030000])
  func whatLaterKernelsTakeFailsOnEarlierOnes(policy: UInt64) throws {
    #expect(try contract.outcome(of: evidence(policy)) == .pass)
    #expect(try contract.outcome(of: evidence(policy, on: .trixie)) == .fail)
  }

  @Test func withoutTheAttributeTheVersionDecidesOfThreadsAndSockets() throws {
    let between = evidence(0x120000, on: .trixie).changing(\.kernel) { $0.version = "6.17.2" }
    #expect(try contract.outcome(of: between) == .pass)
    let above = evidence(0x230000, on: .trixie).changing(\.kernel) { $0.version = "6.17.2" }
    #expect(try contract.outcome(of: above) == .fail)
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom)
    try expect(contract, needs: \.defaults)
    try expect(contract, needs: \.uapi)
    let untold = Evidence.sid.changing(\.defaults) { $0.objects = [:] }
    #expect(try contract.outcome(of: untold) == .notRun)
  }
}
