import Foundation
import LodgeModel
import Testing

@testable import LodgeEvidence

struct LibvirtQEMUKeysTests {
  private static let driver = "libvirt-driver/libvirt_driver_qemu-12.8.0_x86_64.rodata"

  private func letters(_ text: String) throws -> [String: [String]] {
    try QEMUKeyStrings(in: Data(text.utf8)).letters
  }

  @Test func realDriverHasTheKeysOfConfidentialGuests() async throws {
    let path = "usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so"
    let tree = try TreeOfFiles([path: try RecordedFile(Self.driver).data])
    var evidence = Evidence()
    await Collector.libvirtKeys(try tree.root())(&evidence)
    let found = try #require(evidence.libvirtKeys.value)
    #expect(found.source.file == path)
    #expect(found.letters["kernel-hashes"] == ["T"])
    #expect(found.letters["policy"] == ["S", "U", "u"])
    #expect(found.letters["quote-generation-socket"] == ["A"])
    #expect(found.letters["attributes"] == ["U"])
    #expect(found.letters["igvm-file"] == nil)
  }

  @Test func wordsAreEndsOfStrings() {
    let strings = DriverStrings(
      in: Data("x,tdx-guest\0sev-guest-\0query-sev\0/run/a\0/run/qgs.sock\0pdh".utf8))
    #expect(strings.words == [.tdxGuest, .querySEV])
    #expect(strings.quoteSocket == "/run/qgs.sock")
    #expect(DriverStrings(in: Data("qgs\0\0".utf8)).quoteSocket == nil)
  }

  @Test func keyMayStandAtTheEndOfALongerString() throws {
    #expect(
      try letters("x,S:id-auth\0T:vcek-disabled\0") == ["id-auth": ["S"], "vcek-disabled": ["T"]])
  }

  @Test(arguments: [
    "qemu:override\0", "fd:migrate\0", "none,accel=kvm:tcg\0", "S:Policy\0", "S:-policy\0", "S:\0",
    ":policy\0", "o:policy\0", "S:policy", "S:a_b\0",
  ])
  func otherStringsAreNoKeys(text: String) throws {
    #expect(try letters(text).isEmpty)
  }

  @Test func programOfKeysOnlyIsRefused() {
    #expect(throws: TooManyKeys.self) {
      try letters((0...(1 << 14)).map { "s:key\($0)\0" }.joined())
    }
  }

  @Test func damagedDriverNeverTraps() throws {
    for data in try RecordedFile(Self.driver).damaged(count: 200) {
      #expect(try QEMUKeyStrings(in: data).letters.count < 200)
    }
  }
}
