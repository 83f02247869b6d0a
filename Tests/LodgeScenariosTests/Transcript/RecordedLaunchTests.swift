import LodgeScenarios
import Testing

/// Transcripts that the platform model wrote for launches by a real QEMU.
struct RecordedLaunchTests {
  @Test func theSNPLaunchIsReadWithItsPages() throws {
    let launch = try Transcript(parsing: transcriptText("sev-snp-qemu-11.1.3.log"))
    #expect(launch.guest == "snp")
    #expect(launch.refusals.isEmpty)
    #expect(
      launch.summary.pages == [
        .init(kind: "SNP NORMAL", calls: 1, bytes: 0x40_0000),
        .init(kind: "SNP ZERO", calls: 5, bytes: 0x2d000),
        .init(kind: "SNP SECRETS", calls: 1, bytes: 0x1000),
        .init(kind: "SNP CPUID", calls: 1, bytes: 0x1000),
      ])
    let table = launch.table(names: Transcript.Names())
    #expect(table.contains("type=0x4 (KVM_X86_SNP_VM)"))
    #expect(table.contains("policy=0x30000 (SMT, reserved one)"))
  }

  @Test func theTDXLaunchIsReadWithItsRegions() throws {
    let launch = try Transcript(parsing: transcriptText("tdx-qemu-11.1.3.log"))
    #expect(
      launch.summary.pages == [
        .init(kind: "TDX measured", calls: 1, bytes: 0x37_c000),
        .init(kind: "TDX not measured", calls: 5, bytes: 0x9_e000),
      ])
    let table = launch.table(names: Transcript.Names())
    #expect(table.contains("(SEPT_VE_DISABLE)"))
  }

  @Test(arguments: ["sev-snp-qemu-11.1.3.log", "tdx-qemu-11.1.3.log"])
  func anotherRunOfTheLaunchHasTheSameNormalForm(_ name: String) throws {
    let text = try transcriptText(name)
    let launch = try Transcript(parsing: text)
    let again = try Transcript(
      parsing: text.replacing(/ptr:0x7[0-9a-f]{3}/, with: "ptr:0x7abc")
        .replacing(/pid=\d+/, with: "pid=1")
        .replacing("asid=0x1 ", with: "asid=0x7 "))
    #expect(again.normalised.text == launch.normalised.text)
  }
}
