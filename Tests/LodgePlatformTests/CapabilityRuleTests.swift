import LodgeModel
import LodgePlatform
import Testing

struct CapabilityRuleTests {
  /// Numbers and values that platform-model.md measured QEMU to need, and what the kernels' code
  /// says; by the kernel where they differ.
  @Test(
    arguments: [
      (10, 32764, 32764, 32764), (15, 2, 2, 2), (25, 4096, 4096, 4096), (31, 32, 32, 32),
      (9, 8, 8, 8), (66, 1024, 4096, 4096), (128, 4096, 16384, 16384), (118, 2, 2, 2),
      (143, 0xF, 0xF, 0x1F), (168, 3, 3, 3), (188, 1, 1, 1), (208, 4096, 4096, 4096),
      (201, 1 << 12, 1 << 12, 1 << 12), (213, 0x7F, 0x7FF, 0xFFF), (39, 0xE, 0xE, 0xE),
      (129, 3, 3, 0xF), (231, 0, 1, 1), (233, 0, 8, 8), (234, 0, 1, 1), (235, 0, 0x1D, 0x1D),
      (236, 0, 1, 1), (237, 0, 1, 1), (244, 0, 0, 3), (157, 0, 0, 0), (192, 0, 0, 0),
    ] as [(UInt32, Int64, Int64, Int64)])
  func answersAreThoseOfTheKernel(
    _ number: UInt32, _ bookworm: Int64, _ trixie: Int64, _ sid: Int64
  ) throws {
    let answers = try [RecordedKernel.bookworm, .trixie, .sid].map {
      try $0.modelled(on: .amd).capabilities[number] ?? 0
    }
    #expect(answers == [bookworm, trixie, sid])
  }

  @Test(arguments: [RecordedKernel.bookworm, .trixie, .sid])
  func whatQEMUExitsWithoutIsThere(_ recorded: RecordedKernel) throws {
    let kernel = try recorded.modelled(on: .amd)
    for number in [
      0, 3, 4, 7, 14, 21, 25, 30, 31, 32, 33, 35, 36, 37, 39, 40, 41, 50, 51, 55, 77, 122,
    ] as [UInt32] {
      #expect(kernel.capabilities[number, default: 0] > 0, "capability \(number)")
    }
  }

  @Test func protectedGuestsHaveNoReadOnlyMemory() throws {
    let trixie = try RecordedKernel.trixie.modelled(on: .amd)
    #expect(trixie.vmCapabilities[.sevES] == [74: 0, 81: 0, 233: 0, 234: 0])
    #expect(trixie.vmCapabilities[.sevSNP] == [74: 0, 81: 0, 118: 1])
    #expect(trixie.vmCapabilities[.plain] == [233: 0, 234: 0])
    #expect(trixie.vmCapabilities[.sev] == [233: 0, 234: 0])
    // Since 6.18 every VM can have a guest_memfd, shared from the start where nothing is private.
    let sid = try RecordedKernel.sid.modelled(on: .amd)
    #expect(sid.vmCapabilities[.plain] == [233: 0])
    #expect(sid.vmCapabilities[.sevSNP] == [74: 0, 81: 0, 118: 1, 244: 1])
  }

  @Test func numbersAndNamesAreUsedOnce() throws {
    #expect(Set(CapabilityRule.all.map(\.number)).count == CapabilityRule.all.count)
    #expect(Set(CapabilityRule.all.map(\.name)).count == CapabilityRule.all.count)
  }

  /// The table's numbers are the headers' ones.
  @Test func numbersAreThoseOfTheHeaders() throws {
    let constants = try #require(try RecordedKernel.sid.evidence().uapi.value?.constants)
    for rule in CapabilityRule.all {
      #expect(constants[rule.name] == Int64(rule.number), "\(rule.name)")
    }
  }

  @Test func processorsDecideWhatTheySupport() throws {
    let intel = try RecordedKernel.sid.modelled(on: .intel)
    #expect(intel.capabilities[9] == 4)
    #expect(intel.capabilities[60] == 1)
    #expect(intel.capabilities[193] == 3)
    #expect(intel.capabilities[219] == 1)
    let amd = try RecordedKernel.sid.modelled(on: .amd)
    #expect(amd.capabilities[60] == 1)
    #expect(amd.capabilities[193] == nil)
    #expect(amd.capabilities[219] == nil)
  }
}
