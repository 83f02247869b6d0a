import Foundation
import LodgeBindings
import Testing

struct ELFFileTests {
  private static let library = "elf/libvirt-lxc-11.3.0_x86_64.so"
  private static let module = "elf/kvm-amd-6.12.117_x86_64+cut.ko"

  @Test func sectionsAreFoundByName() throws {
    let file = try ELFFile(RecordedFile(Self.module).data)
    #expect(try file.section(".modinfo") == RecordedFile("compressed/modinfo").data)
    #expect(file.section(".BTF")?.prefix(2) == Data([0x9F, 0xEB]))
    #expect(file.section(".bss") == nil)
  }

  @Test func definedSymbolsHaveTheirVersionNode() throws {
    let file = try ELFFile(RecordedFile(Self.library).data)
    #expect(
      try file.definedDynamicSymbols() == [
        "virDomainLxcEnterCGroup": "LIBVIRT_LXC_2.0.0",
        "virDomainLxcEnterNamespace": "LIBVIRT_LXC_1.0.2",
        "virDomainLxcEnterSecurityLabel": "LIBVIRT_LXC_1.0.4",
        "virDomainLxcOpenNamespace": "LIBVIRT_LXC_1.0.2",
      ])
  }

  @Test func fileWithoutDynamicSymbolsDefinesNone() throws {
    let file = try ELFFile(RecordedFile(Self.module).data)
    #expect(try file.definedDynamicSymbols().isEmpty)
  }

  @Test(arguments: ["", "MZ and no ELF", "\u{7F}ELF"]) func otherBytesAreRefused(text: String) {
    #expect(throws: ELFFailure.self) { try ELFFile(Data(text.utf8)) }
  }

  @Test func cutFileIsAnError() throws {
    let bytes = try RecordedFile(Self.module).data
    #expect(throws: ELFFailure.self) { try ELFFile(bytes.prefix(bytes.count / 2)) }
  }

  @Test(arguments: [library, module]) func damagedFileIsNeverATrap(path: String) throws {
    for bytes in try RecordedFile(path).damaged(count: 2000) {
      guard let file = try? ELFFile(bytes) else { continue }
      _ = file.section(".modinfo")
      _ = try? file.definedDynamicSymbols()
    }
  }

  /// Random damage seldom hits the few bytes of the headers, so those are damaged on purpose.
  @Test(arguments: [library, module]) func damagedHeadersAreNeverATrap(path: String) throws {
    let whole = try RecordedFile(path).data
    let headers = LittleEndianBytes(whole).integer(at: 0x28, as: UInt64.self) ?? 0
    for position in Array(0..<64) + Array(Int(headers)..<whole.count) {
      for value: UInt8 in [0, 1, 0x7F, 0xFF] {
        var bytes = whole
        bytes[position] = value
        _ = try? ELFFile(bytes).definedDynamicSymbols()
      }
    }
  }
}
