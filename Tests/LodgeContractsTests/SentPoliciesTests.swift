import LodgeContracts
import LodgeModel
import Testing

/// What owners ask for, and what QEMU sends to the kernel.
struct SentPoliciesTests {
  private func snp(_ sent: UInt64, asked: UInt64?) throws -> Cell {
    try Contract.snpPolicy.cell(ofCalls: [
      .sent(
        sent, in: "policy", of: "KVM_MEMORY_ENCRYPT_OP", "KVM_SEV_SNP_LAUNCH_START", asked: asked)
    ])
  }

  private func tdx(_ sent: UInt64, asked: UInt64?) throws -> Cell {
    try Contract.tdxAttributes.cell(
      ofCalls: [
        .sent(
          sent, in: "attributes", of: "KVM_MEMORY_ENCRYPT_OP", "KVM_TDX_INIT_VM", by: .tdx,
          asked: asked)
      ], .tdx)
  }

  @Test func whatTheOwnerAsksForIsSent() throws {
    #expect(try snp(0x30000, asked: 0x30000).isKeptInSilence)
    #expect(try snp(0x70000, asked: 0x70000).isKeptInSilence)
    #expect(try tdx(0x1000_0000, asked: 0x1000_0000).isKeptInSilence)
    #expect(try tdx(0, asked: 0).isKeptInSilence)
  }

  @Test func anotherPolicyThanTheOwnersFails() throws {
    let cell = try snp(0xb0000, asked: 0x30000)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason
        == "QEMU launches a SEV-SNP guest with policy 0xb0000, whose domain asks for 0x30000")
    #expect(try tdx(0, asked: 0x1000_0000).outcome == .fail)
    #expect(try tdx(0x1000_0001, asked: 0x1000_0000).outcome == .fail)
  }

  @Test func aDomainThatAsksForNothingGetsWhatTheKernelTakes() throws {
    #expect(try snp(0x30000, asked: nil).isKeptInSilence)
    #expect(try snp(0xb0000, asked: nil).outcome == .fail)
    #expect(try tdx(0x1000_0000, asked: nil).isKeptInSilence)
    let cell = try tdx(0, asked: nil)
    #expect(cell.outcome == .fail && cell.reason.hasSuffix("gets 0x0, without bit 28"))
    #expect(try tdx(0x5000_0000, asked: nil).outcome == .fail)
  }

  @Test func flashThatTheKernelRefusesFails() throws {
    func cell(_ refusal: String?) throws -> Cell {
      try Contract.flashFirmware.cell(
        ofCalls: [
          .sent(
            2, in: "flags", of: "KVM_SET_USER_MEMORY_REGION", by: .sevES, refusal: refusal)
        ], .sevES)
    }
    #expect(try cell(nil).isKeptInSilence)
    #expect(try cell("EINVAL").outcome == .fail)
  }
}
