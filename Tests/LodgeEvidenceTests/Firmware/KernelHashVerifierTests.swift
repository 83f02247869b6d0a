import Foundation
import LodgeBindings
import Testing

@testable import LodgeEvidence

struct KernelHashVerifierTests {
  private func verdict(_ volume: CompressedVolume) async -> Bool? {
    let sections = LZMASection.all(in: LittleEndianBytes(volume.data))
    let verdicts = await KernelHashVerifier.verdicts(on: Set(sections))
    return KernelHashVerifier.isPresent(in: sections, verdicts: verdicts)
  }

  @Test func volumeWithAllThreeEntriesVerifies() async throws {
    let stream = try RecordedFile("ovmf/volume-verifier.lzma").data
    #expect(await verdict(CompressedVolume(stream)) == true)
  }

  @Test func volumeThatLacksAnEntryDoesNot() async throws {
    let stream = try RecordedFile("ovmf/volume-plain.lzma").data
    #expect(await verdict(CompressedVolume(stream)) == false)
  }

  @Test func imageWithoutASectionLeavesItOpen() async {
    #expect(KernelHashVerifier.isPresent(in: [], verdicts: [:]) == nil)
  }

  @Test func sectionThatIsCutOffLeavesItOpen() async throws {
    let stream = try RecordedFile("ovmf/volume-verifier.lzma").data
    #expect(await verdict(CompressedVolume(stream, size: stream.count + 25)) == nil)
  }

  @Test func streamOfNoKnownFormatLeavesItOpen() async throws {
    var stream = try RecordedFile("ovmf/volume-plain.lzma").data
    stream[0] = 0xff
    #expect(await verdict(CompressedVolume(stream)) == nil)
  }

  @Test func damagedStreamIsNeverATrap() async throws {
    for stream in try RecordedFile("ovmf/volume-verifier.lzma").damaged(count: 200) {
      _ = await verdict(CompressedVolume(stream))
    }
  }
}
