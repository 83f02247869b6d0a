import Foundation
import LodgeModel
import Testing

@testable import LodgeEvidence

struct FirmwareCollectorTests {
  private func images(_ tree: TreeOfFiles) async throws -> Fact<FirmwareImages> {
    var evidence = Evidence()
    await Collector.firmware(try tree.root())(&evidence)
    return evidence.firmware
  }

  @Test func linksAreAliasesOfOneImage() async throws {
    let tail = try OVMFTail("OVMF_CODE_4M-2025.02_x86_64").data
    let tree = try TreeOfFiles(
      ["usr/share/OVMF/OVMF_CODE_4M.secboot.fd": tail],
      links: [
        "usr/share/OVMF/OVMF_CODE_4M.ms.fd": "OVMF_CODE_4M.secboot.fd",
        "usr/share/qemu/OVMF.fd": "../OVMF/OVMF_CODE_4M.ms.fd",
      ])
    let found = try #require(try await images(tree).value)
    #expect(found.images.map(\.source.file) == ["usr/share/OVMF/OVMF_CODE_4M.secboot.fd"])
    #expect(
      found.images.first?.aliases == [
        "usr/share/OVMF/OVMF_CODE_4M.ms.fd", "usr/share/qemu/OVMF.fd",
      ])
    #expect(found.image(at: "/usr/share/OVMF/OVMF_CODE_4M.ms.fd") != nil)
  }

  @Test func variableStoresAndOtherMachinesAreLeftOut() async throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev").data
    let tree = try TreeOfFiles([
      "usr/share/OVMF/OVMF_VARS_4M.ms.fd": Data(repeating: 0xff, count: 4096),
      "usr/share/edk2/ovmf/OVMF.amdsev.fd": tail,
      "usr/share/edk2/aarch64/QEMU_EFI.fd": tail,
      "usr/share/edk2/ovmf/OVMF_CODE_4M.qcow2": tail,
      "usr/share/qemu/edk2-riscv-code.fd": tail,
    ])
    let found = try #require(try await images(tree).value)
    #expect(found.images.map(\.source.file) == ["usr/share/edk2/ovmf/OVMF.amdsev.fd"])
    #expect(found.images.first?.verifiesKernelHashes == nil)
  }

  @Test func imageThatADescriptorNamesIsKeptThoughItLostItsEnd() async throws {
    let tree = try TreeOfFiles([
      "usr/share/ovmf/OVMF.amdsev.fd": Data(repeating: 0, count: 1000),
      "usr/share/ovmf/OVMF.other.fd": Data(repeating: 0, count: 1000),
      "usr/share/qemu/firmware/60-edk2-x86_64-amdsev.json":
        try RecordedFile("firmware-descriptors/60-edk2-x86_64-amdsev.json").data,
      "usr/share/qemu/firmware/00-broken.json": Data("{".utf8),
    ])
    let found = try #require(try await images(tree).value)
    #expect(found.images.map(\.source.file) == ["usr/share/ovmf/OVMF.amdsev.fd"])
    #expect(found.images.first?.table == [:])
    #expect(found.images.first?.sevMetadata == FirmwareImage.Metadata.none)
  }

  @Test func imageThatLostItsEndIsSeenByItsVolume() async throws {
    let stream = try RecordedFile("ovmf/volume-plain.lzma").data
    let tree = try TreeOfFiles([
      "usr/share/OVMF/OVMF_CODE_4M.secboot.fd": CompressedVolume(stream, size: 1 << 20).data
    ])
    let found = try #require(try await images(tree).value)
    #expect(found.images.map(\.verifiesKernelHashes) == [nil])
  }

  @Test func volumeTellsWhetherHashesAreVerified() async throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev").data
    let verifier = CompressedVolume(try RecordedFile("ovmf/volume-verifier.lzma").data).data
    let plain = CompressedVolume(try RecordedFile("ovmf/volume-plain.lzma").data).data
    let tree = try TreeOfFiles([
      "usr/share/ovmf/OVMF.amdsev.fd": verifier + tail, "usr/share/ovmf/OVMF.fd": plain + tail,
    ])
    let found = try #require(try await images(tree).value)
    #expect(found.images.map(\.verifiesKernelHashes) == [true, false])
  }

  @Test func rootWithoutImagesHasNone() async throws {
    guard case .absent = try await images(TreeOfFiles([:])) else {
      Issue.record("found images in an empty tree")
      return
    }
  }

  @Test func linkThatLeadsNowhereIsNoImage() async throws {
    let tree = try TreeOfFiles([:], links: ["usr/share/ovmf/OVMF.fd": "OVMF.fd"])
    guard case .absent = try await images(tree) else {
      Issue.record("found an image behind a link to itself")
      return
    }
  }
}
