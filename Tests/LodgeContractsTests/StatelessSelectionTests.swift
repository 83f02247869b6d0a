import LodgeContracts
import LodgeModel
import Testing

struct StatelessSelectionTests {
  let contract = Contract.statelessSelection

  /// Unstable's firmware with the descriptor that CentOS has.
  private let stateless = Evidence.sid.changing(\.descriptors) {
    ($0.descriptors[0].device, $0.descriptors[0].mode) = ("flash", "stateless")
  }

  @Test func memoryIsChosenByEveryLibvirt() throws {
    let old = Evidence.sid.taking(.libvirt, from: .trixie)
    #expect(try contract.cell(of: old).isKeptInSilence)
    #expect(try contract.cell(of: .sid).isKeptInSilence)
  }

  @Test(arguments: [("11.3.0", true), ("11.7.0", true), ("11.8.0", false), ("12.8.0", false)])
  func olderReleasesPassStatelessFlashOver(version: String, isWarned: Bool) throws {
    let cell = try contract.cell(of: stateless.changing(\.libvirt) { $0.version = version })
    #expect(cell.outcome == .pass)
    #expect(cell.findings.map(\.grade) == (isWarned ? [.warn] : []))
  }

  @Test func firmwareThatClaimsNoSNPDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
  }

  @Test func descriptorsAndLibvirtAreNeeded() throws {
    try expect(contract, needs: \.descriptors)
    try expect(contract, needs: \.libvirt, in: stateless)
    let odd = stateless.changing(\.libvirt) { $0.version = "new" }
    #expect(try contract.outcome(of: odd) == .notRun)
  }
}
