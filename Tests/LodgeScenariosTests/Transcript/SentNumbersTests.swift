import LodgeModel
import LodgeScenarios
import Testing

struct SentNumbersTests {
  private func sent(_ lines: String, asking policy: UInt64? = nil) throws -> [SentCalls.Call] {
    try Transcript(parsing: "# lodge transcript 1 qemu guest=a pid=1\n\(lines)\n")
      .sent(by: .sevSNP, asking: policy)
  }

  private func call(
    _ call: String, _ field: String, _ number: UInt64, by command: String? = nil,
    refusal: String? = nil, asked: UInt64? = nil
  ) -> SentCalls.Call {
    SentCalls.Call(
      type: .sevSNP, call: call, command: command, field: field, number: number,
      refusal: refusal, asked: asked)
  }

  @Test func aCallHasItsOwnNumberAndThoseOfItsArguments() throws {
    let lines = """
      # number KVM_CREATE_VM 0xae01
      1 kvm KVM_CREATE_VM type=0x4 = fd:11 vm1
      """
    #expect(
      try sent(lines) == [
        call("KVM_CREATE_VM", "number", 0xae01), call("KVM_CREATE_VM", "type", 4),
      ])
  }

  @Test func aCommandHasItsNumberAndThePolicyThatWasAskedFor() throws {
    let start = "KVM_SEV_SNP_LAUNCH_START"
    let line =
      "1 vm1 KVM_MEMORY_ENCRYPT_OP \(start) id=0x64 policy=0x30000 gosvw=00 = -22 EINVAL"
      + " ! kernel policy bits"
    #expect(
      try sent(line, asking: 0x30000) == [
        call("KVM_MEMORY_ENCRYPT_OP", "command", 100, by: start, refusal: "EINVAL"),
        call(
          "KVM_MEMORY_ENCRYPT_OP", "policy", 0x30000, by: start, refusal: "EINVAL", asked: 0x30000),
      ])
  }

  @Test func capabilitiesAndAttributesAreSaidInTheNameOfWhatTheyBelongTo() throws {
    let lines = """
      1 kvm KVM_CHECK_EXTENSION capability=KVM_CAP_VM_TYPES number=0xeb = 29
      2 kvm KVM_CHECK_EXTENSION capability=0x1f4 = 0
      3 vm1 KVM_ENABLE_CAP capability=KVM_CAP_X86_APIC_BUS_CYCLES_NS number=0xed value=0x28 = 0
      4 kvm KVM_GET_DEVICE_ATTR group=0x1 attr=0x0 = 0
      """
    #expect(
      try sent(lines) == [
        call("KVM_CHECK_EXTENSION", "capability", 235),
        call("KVM_CHECK_EXTENSION", "capability", 500),
        call("KVM_ENABLE_CAP", "capability", 237),
        call("KVM_ENABLE_CAP", "value", 40, by: "KVM_CAP_X86_APIC_BUS_CYCLES_NS"),
        call("KVM_GET_DEVICE_ATTR", "group", 1),
        call("KVM_GET_DEVICE_ATTR", "attribute", 0, by: "group 1"),
      ])
  }

  @Test func aCallThatTheKernelDoesNotKnowHasItsNumberAlone() throws {
    let line = "1 vm1 ioctl:0x4010aeff = -25 ENOTTY ! kernel no such call in this kernel"
    #expect(
      try sent(line) == [call("ioctl:0x4010aeff", "number", 0x4010_aeff, refusal: "ENOTTY")])
  }

  @Test func equalCallsCountOnceAndPlantedFaultsAreNoAnswer() throws {
    let lines = """
      1 vm1 KVM_CREATE_GUEST_MEMFD size=0x1000 flags=0x0 = fd:12
      2 vm1 KVM_CREATE_GUEST_MEMFD size=0x2000 flags=0x0 = -5 EIO ! fault planted
      """
    #expect(try sent(lines) == [call("KVM_CREATE_GUEST_MEMFD", "flags", 0)])
  }

  @Test func aNumberThatIsNoneStopsTheReading() {
    #expect(throws: TranscriptFailure.self) { try sent("# number KVM_RUN none") }
    #expect(throws: TranscriptFailure.self) { try sent("# number KVM_RUN") }
  }
}
