import Foundation
import LodgePlatform
import Testing

struct HostFilesTests {
  @Test func filesOfAHostAreAsRecorded() throws {
    let files = HostFiles(
      of: try PlatformFiles.platform("amd-milan-snp"),
      parameters: ["kvm_amd": ["sev": "Y", "sev_snp": "N"]])
    let text = files.byPath.sorted { $0.key < $1.key }
      .map { "== \($0.key)\n\($0.value)" }.joined()
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/host-files/amd-milan-snp.txt")
    if ProcessInfo.processInfo.environment["LODGE_RECORD"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test func parametersAreFilesOfTheirModules() throws {
    let files = HostFiles(
      of: try PlatformFiles.platform("intel-spr-tdx"), parameters: ["kvm_intel": ["tdx": "Y"]])
    #expect(files.byPath["/sys/module/kvm_intel/parameters/tdx"] == "Y\n")
    #expect(!files.byPath.keys.contains { $0.contains("kvm_amd") })
  }

  /// 48 bits less five for SEV; 52 less six for the KeyIDs of TDX; all 46 elsewhere.
  @Test(arguments: [
    ("amd-milan-snp", "43 bits physical, 48"), ("intel-spr-tdx", "46 bits physical, 57"),
    ("generic-x86", "46 bits physical, 48"),
  ])
  func memoryEncryptionTakesBitsOfTheAddress(_ name: String, _ words: String) throws {
    let files = HostFiles(of: try PlatformFiles.platform(name), parameters: [:])
    #expect(
      files.byPath["/proc/cpuinfo"]?.contains("address sizes\t: \(words) bits virtual") == true)
  }

  @Test func manyProcessorsMakeSeveralWordsOfAMask() throws {
    var platform = try PlatformFiles.platform("generic-x86")
    (platform.processor.count, platform.processor.threadsPerCore) = (40, 1)
    let files = HostFiles(of: platform, parameters: [:])
    let cpu = "/sys/devices/system/cpu/cpu33/topology"
    #expect(files.byPath["\(cpu)/core_siblings"] == "000000ff,ffffffff\n")
    #expect(files.byPath["\(cpu)/thread_siblings"] == "00000002,00000000\n")
    #expect(files.byPath["\(cpu)/thread_siblings_list"] == "33\n")
  }
}
