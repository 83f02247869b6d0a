import Foundation
import LodgeEvidence
import LodgeModel
import Testing

/// Stamps of builds in an emulator and its modules.
struct QEMUModulesTests {
  private static let folder = "usr/lib/x86_64-linux-gnu/qemu"
  private static let emulator = "qemu-system\0/\(folder)\0qemu_stamp_ab12\0"

  private func fact(_ files: [String: Data]) async throws -> Fact<QEMUModules> {
    let tree = try TreeOfFiles(files)
    let evidence = await Evidence(reading: try tree.root(), with: [.qemuModules])
    withExtendedLifetime(tree) {}
    return evidence.qemuModules
  }

  @Test func stampsAreReadInTheFolderThatTheEmulatorNames() async throws {
    let modules = try #require(
      try await fact([
        "usr/bin/qemu-system-x86_64": Self.elf([".rodata": Self.emulator]),
        "\(Self.folder)/ui-curses.so": Self.elf([".dynstr": "\0curses\0qemu_stamp_ab12\0"]),
        "\(Self.folder)/hw-usb-host.so": Self.elf([".dynstr": "\0usb\0qemu_stamp_other\0"]),
        "\(Self.folder)/audio-oss.so": Self.elf([".dynstr": "\0oss\0"]),
        "usr/lib64/qemu-kvm/block-rbd.so": Self.elf([".dynstr": "\0qemu_stamp_other\0"]),
      ]).value)
    #expect(modules.stamp == "ab12")
    #expect(
      modules.modules.map(\.source.file)
        == ["audio-oss", "hw-usb-host", "ui-curses"].map { "\(Self.folder)/\($0).so" })
    #expect(modules.modules.map(\.stamp) == [nil, "other", "ab12"])
  }

  @Test func anEmulatorWithoutModulesHasNoStamp() async throws {
    let modules = try #require(
      try await fact(["usr/libexec/qemu-kvm": Self.elf([".rodata": "qemu-kvm\0"])]).value)
    #expect(modules.stamp == nil && modules.modules.isEmpty)
  }

  @Test func aDamagedModuleIsNamed() async throws {
    let fact = try await fact([
      "usr/bin/qemu-system-x86_64": Self.elf([".rodata": Self.emulator]),
      "\(Self.folder)/ui-curses.so": Data("#! no library".utf8),
    ])
    #expect(fact == .unreadable("\(Self.folder)/ui-curses.so: not an ELF file"))
  }

  @Test func withoutAnEmulatorThereAreNone() async throws {
    guard case .absent = try await fact([:]) else {
      Issue.record("something was found")
      return
    }
  }

  /// A file of nothing but sections, laid out as elf(5) says.
  private static func elf(_ sections: [String: String]) -> Data {
    let names = [""] + sections.keys.sorted() + [".shstrtab"]
    let table = names.map { "\($0)\0" }.joined()
    var (bytes, headers) = (Data(count: 64), Data(count: 64))
    var nameOffset: UInt32 = 1
    for name in names.dropFirst() {
      let content = Data((sections[name] ?? table).utf8)
      headers.append(little: nameOffset)
      // A table of names is one of strings, or nobody reads them.
      headers.append(little: UInt32(name == ".shstrtab" ? 3 : 1))
      headers.append(Data(count: 16))
      headers.append(little: UInt64(bytes.count))
      headers.append(little: UInt64(content.count))
      headers.append(Data(count: 8))
      headers.append(little: UInt64(1))
      headers.append(Data(count: 8))
      bytes.append(content)
      nameOffset += UInt32(name.utf8.count + 1)
    }
    var head = Data([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8))
    head.append(little: UInt32(3 | 62 << 16))
    head.append(little: UInt32(1))
    head.append(Data(count: 16))
    head.append(little: UInt64(bytes.count))
    head.append(little: UInt32(0))
    for half in [64, 0, 0, 64, UInt16(names.count), UInt16(names.count - 1)] as [UInt16] {
      head.append(little: half)
    }
    bytes.replaceSubrange(0..<64, with: head)
    return bytes + headers
  }
}

extension Data {
  fileprivate mutating func append(little value: some FixedWidthInteger) {
    var value = value
    for _ in 0..<(value.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: value))
      value >>= 8
    }
  }
}
