import LodgeContracts
import LodgeModel
import Testing

struct SentNumbersTests {
  let contract = Contract.sentNumbers
  private let encrypt = "KVM_MEMORY_ENCRYPT_OP"

  private func headers(_ changes: [String: Int64?]) -> Evidence {
    Evidence.sid.changing(\.uapi) { headers in
      for (name, number) in changes { headers.constants[name] = number }
    }
  }

  @Test func numbersThatTheKernelHasAreKept() throws {
    let cell = try contract.cell(ofCalls: [
      .sent(4, in: "type", of: "KVM_CREATE_VM"),
      .sent(235, in: "capability", of: "KVM_CHECK_EXTENSION"),
      .sent(22, in: "command", of: encrypt, "KVM_SEV_INIT2"),
      .sent(101, in: "command", of: encrypt, "KVM_SEV_SNP_LAUNCH_UPDATE"),
    ])
    #expect(cell.isKeptInSilence)
  }

  @Test(arguments: [
    (
      "KVM_X86_SNP_VM", Int64(5), SentCalls.Call.sent(4, in: "type", of: "KVM_CREATE_VM"),
      "QEMU sends the VM type KVM_X86_SNP_VM as 4, which the kernel has as 5"
    ),
    (
      "KVM_CAP_VM_TYPES", 236, .sent(235, in: "capability", of: "KVM_CHECK_EXTENSION"),
      "QEMU sends the capability KVM_CAP_VM_TYPES as 235, which the kernel has as 236"
    ),
    (
      "KVM_SEV_SNP_LAUNCH_FINISH", 103,
      .sent(102, in: "command", of: "KVM_MEMORY_ENCRYPT_OP", nil, refusal: "EINVAL"),
      "QEMU sends the SEV command KVM_SEV_SNP_LAUNCH_FINISH as 102, which the kernel has as 103"
    ),
    (
      "KVM_CREATE_GUEST_MEMFD", 0xc060_aed4,
      .sent(0xc040_aed4, of: "ioctl:0xc040aed4", refusal: "ENOTTY"),
      "QEMU sends the call KVM_CREATE_GUEST_MEMFD as 0xc040aed4, which the kernel has as 0xc060aed4"
    ),
    (
      "KVM_MEM_GUEST_MEMFD", 8, .sent(4, in: "flags", of: "KVM_SET_USER_MEMORY_REGION2"),
      "QEMU sends the flag of memory KVM_MEM_GUEST_MEMFD as 4, which the kernel has as 8"
    ),
  ])
  func anotherNumberInTheHeadersFails(
    name: String, number: Int64, call: SentCalls.Call, reason: String
  ) throws {
    let evidence = headers([name: number]).changing(\.btf) { types in
      for object in types.objects.keys { types.objects[object]?.enumerators[name] = nil }
    }
    let cell = try contract.cell(ofCalls: [call], in: evidence)
    #expect(cell.outcome == .fail && cell.reason == reason)
    let finding = try #require(cell.findings.first)
    #expect(finding.sides.map(\.who) == ["kernel", "QEMU"] && finding.remedy == contract.remedy)
    #expect(finding.where.contains(name))
  }

  @Test func whatTheKernelWasCompiledWithCountsBeforeItsHeaders() throws {
    let evidence = Evidence.sid.changing(\.btf) {
      $0.objects["kvm_amd"]?.enumerators["KVM_SEV_INIT2"] = 23
    }
    let cell = try contract.cell(
      ofCalls: [.sent(22, in: "command", of: encrypt, "KVM_SEV_INIT2")], in: evidence)
    #expect(cell.outcome == .fail && cell.reason.hasSuffix("which the kernel has as 23"))
  }

  @Test func aNumberThatNobodyKnowsFails() throws {
    let cell = try contract.cell(ofCalls: [
      .sent(0x4010_aeff, of: "ioctl:0x4010aeff", refusal: "ENOTTY")
    ])
    #expect(cell.outcome == .fail)
    #expect(cell.reason == "QEMU sends the call 0x4010aeff, which the kernel does not know")
  }

  @Test func aQuestionThatTheKernelDoesNotKnowIsNone() throws {
    let cell = try contract.cell(ofCalls: [
      .sent(500, in: "capability", of: "KVM_CHECK_EXTENSION"),
      .sent(244, in: "capability", of: "KVM_CHECK_EXTENSION"),
      .sent(2, in: "attribute", of: "KVM_GET_DEVICE_ATTR", "group 1"),
    ])
    #expect(cell.isKeptInSilence)
  }

  @Test func aCommandThatAnOldKernelLacksFailsAndACallIsGoodToKnow() throws {
    let old = Evidence.sid.taking(.kernel, from: .bookworm)
    let refused = try contract.cell(
      ofCalls: [.sent(22, in: "command", of: encrypt, by: .sevES, refusal: "EINVAL")], in: old,
      .sevES)
    #expect(refused.outcome == .fail)
    #expect(
      refused.reason
        == "QEMU sends the SEV command KVM_SEV_INIT2 (22), which the kernel does not have")
    let survived = try contract.cell(
      ofCalls: [.sent(0xaece, of: "ioctl:0xaece", refusal: "ENOTTY")], in: old)
    #expect(survived.outcome == .pass && survived.findings.map(\.grade) == [.info])
  }

  /// A vendor's QEMU and kernel may agree on numbers of their own.
  @Test func whatQEMUsOwnHeadersNameIsComparedByThem() throws {
    let vendor = headers(["KVM_CAP_VM_TYPES": 1000])
    var own = try #require(vendor.uapi.value)
    let call = SentCalls.Call.sent(1000, in: "capability", of: "KVM_CHECK_EXTENSION")
    let agreed = vendor.setting(\.vendoredHeaders, to: .found(own))
    #expect(try contract.cell(ofCalls: [call], in: agreed).isKeptInSilence)
    own.constants["KVM_CAP_VM_TYPES"] = 216
    let asked = SentCalls.Call.sent(216, in: "capability", of: "KVM_CHECK_EXTENSION")
    let differs = vendor.setting(\.vendoredHeaders, to: .found(own))
    #expect(try contract.cell(ofCalls: [asked], in: differs).outcome == .fail)
  }

  @Test func withoutHeadersNothingIsJudged() throws {
    let cell = try contract.cell(
      ofCalls: [.sent(4, in: "type", of: "KVM_CREATE_VM")],
      in: Evidence.sid.setting(\.uapi, to: .absent("none")))
    #expect(cell.outcome == .notRun)
  }
}
