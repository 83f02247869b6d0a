import Foundation
import LodgeBindings
import LodgeTesting
import Testing

struct CPUIDSitesTests {
  @Test func onlyInstructionsOfDescribedFunctionsAreSites() throws {
    let sites = try CPUIDSites(of: HandmadeProgram.data())
    #expect(sites == CPUIDSites(buildID: "ab01", addresses: [0x1003]))
  }

  @Test func aFunctionMayHaveSeveral() throws {
    let code: [UInt8] = [0x0F, 0xA2, 0x31, 0xC9, 0x0F, 0xA2, 0xC3]
    let sites = try CPUIDSites(of: HandmadeProgram.data([(0x1000, code, true)]))
    #expect(sites.addresses == [0x1000, 0x1004])
  }

  /// What follows bytes that are no instruction cannot be told from data.
  @Test func readingEndsAtWhatIsNoInstruction() throws {
    let code: [UInt8] = [0x90, 0x06, 0x0F, 0xA2, 0xC3]
    let sites = try CPUIDSites(of: HandmadeProgram.data([(0x1000, code, true)]))
    #expect(sites.addresses == [])
  }

  @Test func aLibraryWithoutAnyHasNone() throws {
    let sites = try CPUIDSites(of: RecordedFile("elf/libvirt-lxc-11.3.0_x86_64.so").data)
    #expect(sites.addresses.isEmpty && sites.buildID.count == 40)
  }

  @Test func aFileWithoutBuildIDIsRefused() {
    #expect(throws: ELFFailure.damaged("it has no build id")) {
      try CPUIDSites(of: HandmadeProgram.data(buildID: []))
    }
  }

  @Test func everyByteMayBeWrong() throws {
    let whole = HandmadeProgram.data()
    for position in whole.indices {
      for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
        var bytes = whole
        bytes[position] = value
        _ = try? CPUIDSites(of: bytes)
      }
    }
  }

  @Test func damageIsNeverATrap() throws {
    for bytes in try RecordedFile("elf/libvirt-lxc-11.3.0_x86_64.so").damaged(count: 500) {
      _ = try? CPUIDSites(of: bytes)
    }
  }

  @Test func neighboursEachHaveTheirs() throws {
    let functions = (0..<32).map { row in
      (address: UInt64(0x1000 + row * 2), code: [0x0F, 0xA2] as [UInt8], isDescribed: true)
    }
    #expect(try CPUIDSites(of: HandmadeProgram.data(functions)).addresses.count == 32)
  }
}

private let unpackedRoot = ProcessInfo.processInfo.environment["LODGE_TEST_ROOT"]

/// The programs of a real root, against binutils.
@Suite(.enabled(if: unpackedRoot != nil, "LODGE_TEST_ROOT names no unpacked root"))
struct UnpackedProgramsTests {
  @Test(arguments: [
    "usr/bin/qemu-system-x86_64", "usr/lib/x86_64-linux-gnu/libvirt.so.0",
    "usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so",
  ])
  func sitesAreThoseOfADisassembler(path: String) throws {
    let root = try RootDirectory(#require(unpackedRoot))
    let bytes = try #require(try root.read(path, limit: 1 << 28))
    let file = "\(root.path)/\(try #require(root.resolve(path)))"
    #expect(try CPUIDSites(of: bytes).addresses == Self.disassembled(file))
  }

  private static func disassembled(_ file: String) throws -> [UInt64] {
    let (shell, output) = (Process(), Pipe())
    shell.executableURL = URL(filePath: "/bin/sh")
    // Hundreds of megabytes of text: only the lines that count come here.
    shell.arguments = ["-c", "objdump -d --no-show-raw-insn \"$1\" | grep -w cpuid", "sh", file]
    shell.standardOutput = output
    try shell.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    shell.waitUntilExit()
    return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { line in
      UInt64(line.drop { $0 == " " }.prefix { $0 != ":" }, radix: 16)
    }
  }
}
