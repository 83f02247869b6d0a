import LodgeContracts
import LodgeModel
import Testing

struct SecureTSCTests {
  let contract = Contract.secureTSC

  private func asking(on set: Evidence) -> Evidence {
    set.changing(\.qom) {
      $0.properties["sev-snp-guest"]?.merge(["secure-tsc": "bool", "debug-swap": "bool"]) { $1 }
    }
  }

  @Test(arguments: Suite.allCases) func noReleasedQEMUAsks(suite: Suite) throws {
    #expect(try contract.outcome(of: suite.evidence) == .notApplicable)
  }

  @Test func aKernelThatOffersBothKeepsThePromise() throws {
    #expect(try contract.cell(of: asking(on: .sid)).findings.isEmpty)
    // What the headers prove outweighs the number that a vendor gives its kernel.
    let vendor = asking(on: .sid).changing(\.kernel) { $0.version = "5.14.0" }
    #expect(try contract.cell(of: vendor).findings.isEmpty)
  }

  @Test func anOlderKernelIsAWarning() throws {
    let found = try contract.cell(of: asking(on: .sid).taking(.kernel, from: .trixie)).findings
    #expect(found.map(\.grade) == [.warn])
    #expect(found[0].summary.hasPrefix("QEMU lets SNP guests ask for SecureTSC"))
  }

  @Test func aFeatureThatIsSwitchedOffIsAWarning() throws {
    let off = asking(on: .sid).changing(\.modules) {
      $0.byName["kvm_amd"]?.defaults["debug_swap"] = "N"
    }
    #expect(
      try contract.cell(of: off).findings.map(\.summary) == [
        "QEMU lets SNP guests ask for DebugSwap, but the kernel has kvm_amd.debug_swap off"
      ])
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom)
    try expect(contract, needs: \.uapi, in: asking(on: .sid))
  }
}
