import Foundation
import LodgeModel
import Testing

@testable import LodgeEvidence

struct LayerTextsTests {
  private static let emulator = "usr/bin/qemu-system-x86_64"
  private static let driver =
    "usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so"

  private func texts(_ files: [String: Data]) async throws -> Fact<LayerTexts> {
    var evidence = Evidence()
    let tree = try TreeOfFiles(files)
    await Collector.texts(try tree.root())(&evidence)
    // The folder is there for as long as the tree is.
    return withExtendedLifetime(tree) { evidence.texts }
  }

  @Test func textsOfAProgramAreThereOrNot() async throws {
    let found = try #require(
      try await texts([Self.emulator: Data("vm-type %s not supported by KVM\0".utf8)]).value)
    #expect(found.byMember.keys.map(\.rawValue) == ["qemu"])
    #expect(found.byMember[.qemu]?.sources["qemu"]?.file == Self.emulator)
    #expect(found.has("qemu.kvm.vm-type", in: .qemu) == true)
    #expect(found.has("qemu.tdx.fatal", in: .qemu) == false)
    #expect(found.has("libvirt.marker.igvm", in: .libvirt) == nil)
    #expect(found.has("qemu.no.such-text", in: .qemu) == nil)
  }

  /// A linker keeps a text that ends another one only there.
  @Test func textMayBeTheEndOfALongerOne() async throws {
    let found = try #require(
      try await texts([Self.driver: Data("no igvm\0not query-sev-type\0".utf8)]).value)
    #expect(found.has("libvirt.marker.igvm", in: .libvirt) == true)
    #expect(found.has("libvirt.marker.sev-type", in: .libvirt) == true)
    #expect(found.has("libvirt.marker.snp-policy", in: .libvirt) == false)
  }

  @Test func realDriverKnowsQuoteSocketsAndNoIGVM() async throws {
    let data = try RecordedFile("libvirt-driver/libvirt_driver_qemu-12.8.0_x86_64.rodata").data
    let found = try #require(try await texts([Self.driver: data]).value)
    #expect(found.has("libvirt.marker.quote-socket", in: .libvirt) == true)
    #expect(found.has("libvirt.marker.igvm", in: .libvirt) == false)
    // Its own program is not there.
    #expect(found.has("libvirt.launch-security.type", in: .libvirt) == nil)
    #expect(found.has("libvirt.validate.none", in: .libvirt) == nil)
  }

  @Test func sectionsOfReadOnlyDataAreSearched() async throws {
    let library = try RecordedFile("libvirt/libvirt-lxc-11.3.0_x86_64.so").data
    let found = try #require(try await texts(["usr/lib64/libvirt.so.0": library]).value)
    #expect(found.has("libvirt.launch-security.type", in: .libvirt) == false)
    #expect(found.byMember[.libvirt]?.sources.keys.map(\.self) == ["libvirt"])
  }

  @Test func wordsOfDescriptorsAreLookedFor() async throws {
    let descriptor = try RecordedFile("firmware-descriptors/60-edk2-x86_64-amdsev.json").data
    let files = [
      "usr/share/qemu/firmware/60.json": descriptor,
      "usr/share/qemu/firmware/70.json": Data("{".utf8),
      Self.driver: Data("flash\0memory\0kernel\0".utf8),
    ]
    let found = try #require(try await texts(files).value)
    let words = found.byMember[.libvirt]?.present.filter { $0.contains("descriptor-word") }
    #expect(words == ["libvirt.descriptor-word.memory"])
    #expect(found.has(LayerTexts.descriptorWord("igvm"), in: .libvirt) == nil)
  }

  @Test func modulesOfTheKernelAreSearched() async throws {
    let files = try RecordedKernel().files
    let found = try #require(try await texts(files).value)
    let sources = try #require(found.byMember[.kernel]?.sources)
    #expect(sources.keys.contains("kvm_amd"))
  }

  @Test func aRootWithoutProgramsHasNone() async throws {
    guard case .absent = try await texts(["etc/os-release": Data()]) else {
      Issue.record("texts were found")
      return
    }
  }

  @Test func damagedLibraryNeverTraps() async throws {
    for data in try RecordedFile("libvirt/libvirt-lxc-11.3.0_x86_64.so").damaged(count: 30) {
      let found = try await texts(["usr/lib64/libvirt.so.0": data])
      if case .unreadable(let reason) = found { #expect(reason.contains("libvirt.so.0")) }
    }
  }
}
