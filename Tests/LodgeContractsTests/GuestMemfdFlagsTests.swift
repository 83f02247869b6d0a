import LodgeContracts
import LodgeModel
import Testing

struct GuestMemfdFlagsTests {
  let contract = Contract.guestMemfdFlags
  private let newer = Evidence.sid.changing(\.uapi) {
    $0.constants.merge([
      "KVM_CAP_GUEST_MEMFD_FLAGS": 244, "GUEST_MEMFD_FLAG_MMAP": 1,
      "GUEST_MEMFD_FLAG_INIT_SHARED": 2,
    ]) { $1 }
  }

  private func cell(sending flags: UInt64, to evidence: Evidence) throws -> Cell {
    try contract.cell(
      ofCalls: [.sent(flags, in: "flags", of: "KVM_CREATE_GUEST_MEMFD")], in: evidence)
  }

  @Test(arguments: [DomainType.sevSNP, .tdx]) func releasedNumbersPass(type: DomainType) throws {
    #expect(try contract.outcome(of: newer, type) == .pass)
    #expect(try contract.outcome(of: .sid, type) == .pass)
  }

  @Test func anotherNumberFails() throws {
    let evidence = newer.changing(\.uapi) { $0.constants["GUEST_MEMFD_FLAG_MMAP"] = 4 }
    let cell = try contract.cell(of: evidence, .sevSNP)
    #expect(cell.outcome == .fail)
    #expect(cell.reason == "the kernel's GUEST_MEMFD_FLAG_MMAP is 4, which is 1 upstream")
  }

  @Test func flagsThatTheKernelKnowsAreKept() throws {
    #expect(try cell(sending: 0, to: .trixie).isKeptInSilence)
    #expect(try cell(sending: 3, to: newer).isKeptInSilence)
  }

  @Test func flagsThatTheKernelDoesNotKnowFail() throws {
    let old = try cell(sending: 1, to: .trixie)
    #expect(old.outcome == .fail && old.findings.first?.sides.first?.says == "knows no flags")
    #expect(
      try cell(sending: 5, to: newer).reason
        == "QEMU makes the memory of SEV-SNP guests with flags 0x4, which the kernel does not know")
  }

  @Test func headersAreNeeded() throws { try expect(contract, needs: \.uapi) }
}
