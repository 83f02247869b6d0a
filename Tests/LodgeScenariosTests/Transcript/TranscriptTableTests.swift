import LodgeScenarios
import Testing

struct TranscriptTableTests {
  let table: String

  init() throws {
    table = try Transcript(parsing: transcriptText("sev-snp.log")).table(
      names: Transcript.Names(constants: [
        "KVM_CAP_VM_TYPES": 235, "KVM_CAP_ENABLE_CAP_VM": 98, "KVM_X86_SNP_VM": 4,
      ]))
  }

  @Test(arguments: [
    "capability=0xeb (KVM_CAP_VM_TYPES)", "type=0x4 (KVM_X86_SNP_VM)",
    "policy=0x30000 (SMT, reserved one)",
    "type=0x1 (NORMAL)", "type=0x6 (CPUID)", "attributes=0x8 (private)",
    "refused by firmware: page 0x80e000", "fd:12 vm1",
    "23 calls (kvm 3, sev 1, vcpu 6, vm 13), 2 refused",
    "SNP NORMAL: 4194304 bytes in 1 calls", "SNP CPUID: 4096 bytes in 1 calls",
  ])
  func numbersHaveNames(_ words: String) {
    #expect(table.contains(words), "\(table)")
  }

  @Test(arguments: [
    ("KVM_SEV_LAUNCH_START", "policy", "0x5", "no debug, ES"),
    ("KVM_SEV_LAUNCH_START", "policy", "0x37010001", "API at least 1.55, no debug"),
    (
      "KVM_SEV_SNP_LAUNCH_START", "policy", "0xb0133", "API at least 1.51, SMT, reserved one, debug"
    ),
    ("KVM_TDX_INIT_VM", "attributes", "0x10000000", "SEPT_VE_DISABLE"),
    ("KVM_TDX_INIT_MEM_REGION", "flags", "0x1", "measured"),
    ("KVM_SEV_SNP_LAUNCH_START", "policy", "0x8000000000000000", "bit 63"),
  ])
  func bitsAreNamed(_ command: String, field: String, value: String, words: String) {
    let call = Transcript.Call(
      sequence: 1, object: "vm1", call: "KVM_MEMORY_ENCRYPT_OP", command: command,
      fields: [Transcript.Field(field, .text(value))], answer: .value(.text("0")))
    #expect(Transcript.Names().meaning(of: field, in: call) == words)
  }
}
