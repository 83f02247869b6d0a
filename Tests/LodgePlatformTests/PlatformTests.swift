import LodgePlatform
import Testing

struct PlatformTests {
  @Test func everyFileIsNamedAfterItself() throws {
    #expect(PlatformFiles.names.count == 8)
    for name in PlatformFiles.names { #expect(try PlatformFiles.platform(name).id == name) }
  }

  @Test func memoryEncryptionOfMilanFollowsFromItsCPUID() throws {
    let milan = try PlatformFiles.platform("amd-milan-snp")
    let sev = try #require(milan.sev)
    #expect(milan.processor.vendor == .amd)
    #expect(milan.processor.name == "AMD EPYC 7713 64-Core Processor")
    #expect((sev.encryptionBit, sev.reducedPhysicalBits) == (51, 5))
    #expect((sev.asids, sev.encryptedStateASIDs) == (100..<510, 1..<100))
    #expect(sev.hasSNP && sev.vmsaFeatures == 1 << 5)
    #expect(try PlatformFiles.platform("amd-genoa-snp").sev?.vmsaFeatures == 1 << 5 | 1 << 9)
  }

  @Test func naplesHasNoASIDForEncryptedState() throws {
    let sev = try #require(try PlatformFiles.platform("amd-naples-sev").sev)
    #expect(sev.hasEncryptedState && !sev.hasSNP)
    #expect((sev.asids, sev.encryptedStateASIDs) == (1..<16, 1..<1))
  }

  @Test func romeHasNoSNP() throws {
    let sev = try #require(try PlatformFiles.platform("amd-rome-sev-es").sev)
    #expect(!sev.hasSNP && sev.encryptedStateASIDs == 1..<100 && sev.encryptionBit == 47)
  }

  @Test func switchedOffIsAParameterAndNoOtherHardware() throws {
    var off = try PlatformFiles.platform("amd-sev-off")
    let on = try PlatformFiles.platform("amd-milan-snp")
    #expect(off.parameters == ["kvm_amd": ["sev": "N"]])
    (off.id, off.title, off.parameters) = (on.id, on.title, on.parameters)
    #expect(off == on)
  }

  @Test func onlyTheXeonsOfTheirTimeHaveTDX() throws {
    let having = try PlatformFiles.names.filter { try PlatformFiles.platform($0).tdx != nil }
    #expect(having == ["intel-emr-tdx", "intel-spr-tdx"])
    let generic = try PlatformFiles.platform("generic-x86")
    #expect(generic.sev == nil && generic.tdx == nil)
  }

  /// The states of a TD must be ones that the processor has.
  @Test func statesOfTDsAreTheProcessors() throws {
    let platform = try PlatformFiles.platform("intel-spr-tdx")
    let tdx = try #require(platform.tdx)
    let supervisor = UInt64(platform.processor.leaf(0xD, 1)?.ecx ?? 0)
    #expect(tdx.xfam & ~(platform.processor.xcr0 | supervisor) == 0)
  }
}
