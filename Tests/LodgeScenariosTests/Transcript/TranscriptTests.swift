import Foundation
import LodgeScenarios
import LodgeTesting
import Testing

/// Reads a transcript from the fixtures.
func transcriptText(_ name: String) throws -> String {
  try String(decoding: fixture("transcripts/\(name)"), as: UTF8.self)
}

/// The bytes of a file of the fixtures.
func fixture(_ path: String) throws -> Data {
  let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
  return try Data(contentsOf: folder.appending(path: path))
}

struct TranscriptTests {
  let launch: Transcript

  init() throws {
    launch = try Transcript(parsing: transcriptText("sev-snp.log"))
  }

  @Test func programGuestNotesAndSignalAreRead() {
    #expect(launch.program == "qemu-system-x86_64")
    #expect(launch.guest == "snp")
    #expect(launch.notes.first == .remark("cpuid patched 0011223344556677 18"))
    #expect(launch.signal == "SIGABRT")
    #expect(launch.calls.count == 23)
  }

  @Test func aCallHasObjectCommandFieldsAndAnswer() throws {
    let call = try #require(launch.calls.first { $0.command == "KVM_SEV_SNP_LAUNCH_UPDATE" })
    #expect(call.sequence == 16)
    #expect(call.object == "vm1")
    #expect(call.call == "KVM_MEMORY_ENCRYPT_OP")
    #expect(
      call.fields.map(\.name) == ["gfn_start", "uaddr", "len", "type", "flags", "sha256"])
    #expect(call.field("uaddr") == .pointer("0x7f11f0000000"))
    #expect(call.field("len")?.number == 0x400000)
    #expect(call.answer == .value(.text("0")))
  }

  @Test func createdObjectsAndPercentEncodedValuesAreRead() {
    #expect(launch.calls[2].answer == .value(.file("12")))
    #expect(launch.calls[2].created == "vm1")
    #expect(launch.calls[18].field("host_data") == .text("a b"))
  }

  @Test func refusalsNameTheirParty() {
    #expect(launch.refusals.map(\.sequence) == [17, 23])
    #expect(launch.refusals.first?.answer == .failure(errno: 5, name: "EIO"))
    #expect(launch.refusals.first?.outputs == [Transcript.Field("fw_error", .text("0x16"))])
    #expect(
      launch.refusals.first?.refusal == Transcript.Refusal(.firmware, "page 0x80e000:%20not CPUID"))
    #expect(launch.unmodelled.map(\.name) == ["KVM_GET_STATS_FD"])
  }

  @Test func aDaemonHasNoGuest() throws {
    let daemon = try Transcript(parsing: "# lodge transcript 1 libvirtd guest=- pid=7\n")
    #expect(daemon == Transcript(program: "libvirtd", guest: nil))
  }

  @Test func aGuestThatIsStartedAgainHasATranscriptForEachRun() throws {
    let text = try transcriptText("sev-snp.log")
    #expect(try Transcript.all(parsing: text + text) == [launch, launch])
    let failure = #expect(throws: TranscriptFailure.self) {
      try Transcript.all(parsing: text + text + "garbage\n")
    }
    #expect(failure?.line == 53)
  }

  @Test(arguments: [
    ("", 1), ("# lodge transcript 2 q pid=1\n", 1), ("1 kvm A = 0\n", 1),
    ("# lodge transcript 1 q pid=1\n1 kvm A = 0\n2 kvm A\n", 3),
    ("# lodge transcript 1 q pid=1\nx kvm A = 0\n", 2),
    ("# lodge transcript 1 q pid=1\n1 kvm A = -5\n", 2),
    ("# lodge transcript 1 q pid=1\n1 kvm A = -x EIO\n", 2),
    ("# lodge transcript 1 q pid=1\n1 kvm A = 0 ! nobody why\n", 2),
    ("# lodge transcript 1 q pid=1\n1 kvm A b=1 C = 0\n", 2),
    ("# lodge transcript 1 q pid=1\n# what is this\n", 2),
    (
      "# lodge transcript 1 q pid=1\n1 kvm A = 0\n\n1 kvm A \(String(repeating: "a=1 ", count: 200))= 0",
      4
    ),
    ("# lodge transcript 1 q pid=1\n1 kvm \(String(repeating: "A", count: 20_000)) = 0", 2),
  ])
  func aBadLineIsNamedByNumber(_ text: String, line: Int) {
    let failure = #expect(throws: TranscriptFailure.self) { try Transcript(parsing: text) }
    #expect(failure?.line == line)
  }

  @Test func damagedTranscriptsAreReadOrRefused() throws {
    let original = Array(try transcriptText("sev-snp.log").utf8)
    var random = SplitMix(state: 4)
    for _ in 0..<2_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
      guard let damaged = try? Transcript(parsing: String(decoding: bytes, as: UTF8.self)) else {
        continue
      }
      _ = damaged.table(names: Transcript.Names())
      _ = damaged.difference(from: try Transcript(parsing: transcriptText("sev-snp.log")))
    }
  }
}
