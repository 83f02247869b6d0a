import LodgeModel
import LodgeScenarios
import Testing

struct NormalisedTranscriptTests {
  let text: String
  let launch: Transcript

  init() throws {
    text = try transcriptText("sev-snp.log")
    launch = try Transcript(parsing: text)
  }

  private func edited(_ before: String, _ after: String) throws -> Transcript {
    try #require(text.contains(before))
    return try Transcript(parsing: text.replacing(before, with: after))
  }

  @Test func threadsAddressesAndFileNumbersDoNotShow() throws {
    var other = try edited("ptr:0x7f12", "ptr:0x7fff")
    other = try Transcript(
      parsing: text.replacing("fd:15", with: "fd:33").replacing("fd:21", with: "fd:40")
        .replacing("pid=42", with: "pid=4711").replacing("ptr:0x7f1200", with: "ptr:0x10")
        .replacing(
          "12 vm1.1 KVM_SET_SREGS2 = 0\n13 vm1.0 KVM_SET_SREGS2 = 0",
          with: """
            12 vm1.0 KVM_SET_SREGS2 = 0
            13 vm1.1 KVM_SET_SREGS2 = 0
            """
        )
        .replacing("22 vm1.0 KVM_RUN = -4 EINTR\n", with: "")
        .replacing("21 vm1.1 KVM_RUN = -4 EINTR\n", with: ""))
    #expect(other.normalised.text == launch.normalised.text)
    #expect(other.difference(from: launch).isEmpty)
  }

  /// A vCPU that cannot be let run is told, unlike one that was stopped before it ran.
  @Test func aRefusedRunShows() throws {
    let other = try edited("20 vm1.0 KVM_RUN = -4 EINTR", "20 vm1.0 KVM_RUN = -5 EIO ! kernel why")
    #expect(
      other.difference(from: launch).map(\.description) == ["vm1.0, call 2: KVM_RUN is new"])
  }

  @Test func callsStandUnderTheirObjects() {
    #expect(launch.normalised.sections.map(\.object) == ["kvm", "sev", "vm1", "vm1.0", "vm1.1"])
    #expect(
      launch.normalised.sections[3].calls.map(\.name)
        == ["KVM_SET_SREGS2", "KVM_GET_STATS_FD"])
  }

  @Test func manyObjectsAreOrderedByNumber() throws {
    let lines = ["vm10", "vm2", "vm1.10", "vm1.9", "vm1"].enumerated().map {
      "\($0 + 1) \($1) KVM_X = 0"
    }
    let heading = "# lodge transcript 1 libvirtd pid=1\n"
    let transcript = try Transcript(parsing: heading + lines.joined(separator: "\n"))
    #expect(
      transcript.normalised.sections.map(\.object) == ["vm1", "vm1.9", "vm1.10", "vm2", "vm10"])
  }

  @Test func filesKeepTheirIdentity() {
    let text = launch.normalised.text
    #expect(text.contains("KVM_CREATE_GUEST_MEMFD size=0x20000000 flags=0x0 = fd:#2"))
    #expect(text.contains("userspace_addr=ptr:* guest_memfd=fd:#2"))
    #expect(text.contains("KVM_IRQFD fd=fd:*"))
  }

  @Test func theFirstDifferentFieldIsNamed() throws {
    let other = try edited("policy=0x30000", "policy=0xb0000")
    #expect(
      other.difference(from: launch).map(\.description) == [
        "vm1, call 9: KVM_SEV_SNP_LAUNCH_START: policy was 0x30000, is 0xb0000"
      ])
    let finding = try #require(other.difference(from: launch).first).finding(in: "qemu")
    #expect(finding.grade == .info)
  }

  @Test(arguments: [
    (
      "6 vm1 KVM_MEMORY_ENCRYPT_OP KVM_SEV_INIT2 vmsa_features=0x0 = 0\n", "",
      "vm1, call 2: KVM_SEV_INIT2 is not made any more"
    ),
    ("9 vm1 KVM_SET", "8 vm1 KVM_NEW = 0\n9 vm1 KVM_SET", "vm1, call 5: KVM_NEW is new"),
    ("KVM_SEV_INIT2", "KVM_SEV_INIT", "vm1, call 2: was KVM_SEV_INIT2, is KVM_SEV_INIT"),
    (
      "LAUNCH_START policy=0x30000 = 0", "LAUNCH_START policy=0x30000 = -22 EINVAL ! kernel why",
      "vm1, call 9: KVM_SEV_SNP_LAUNCH_START: answer was 0, is -22 EINVAL"
    ),
    (
      "5 sev SEV_PLATFORM_STATUS = 0\n", "", "sev, call 1: SEV_PLATFORM_STATUS is not made any more"
    ),
  ])
  func theFirstDifferentCallIsNamed(_ before: String, _ after: String, told: String) throws {
    let other = try edited(before, after)
    #expect(other.difference(from: launch).map(\.description) == [told])
  }
}
