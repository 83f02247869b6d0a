import LodgeContracts
import LodgeModel
import Testing

struct GuestPATTests {
  let contract = Contract.guestPAT
  private let quirk = "KVM_X86_QUIRK_IGNORE_GUEST_PAT"

  @Test func onlyTheNewestSuiteSwitchesTheQuirk() throws {
    let outcomes = try Suite.allCases.map { try contract.outcome(of: $0.evidence) }
    #expect(outcomes == [.notApplicable, .notApplicable, .pass])
  }

  @Test func anotherNumberFails() throws {
    let set = Evidence.sid.changing(\.uapi) { $0.constants[quirk] = 1024 }
    #expect(try contract.cell(of: set).reason == "\(quirk) is 1024, but QEMU switches 512")
  }

  @Test func aKernelWithoutTheQuirkIsANote() throws {
    let cell = try contract.cell(of: .sid.taking(.kernel, from: .trixie))
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.info])
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom)
    try expect(contract, needs: \.uapi)
  }
}
