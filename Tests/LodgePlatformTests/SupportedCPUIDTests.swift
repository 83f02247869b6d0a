import Foundation
import LodgeModel
import LodgePlatform
import Testing

struct SupportedCPUIDTests {
  private static let models = [
    ("amd-naples-sev", "EPYC"), ("amd-rome-sev-es", "EPYC-Rome"), ("amd-milan-snp", "EPYC-Milan"),
    ("amd-sev-off", "EPYC-Milan"), ("amd-genoa-snp", "EPYC-Genoa"),
    ("intel-spr-tdx", "SapphireRapids"), ("intel-emr-tdx", "SapphireRapids"),
    ("generic-x86", "Cascadelake-Server"),
  ]

  @Test func everyPlatformHasAModel() {
    #expect(Self.models.map(\.0).sorted() == PlatformFiles.names)
  }

  @Test(arguments: models) func everyFeatureOfTheModelIsThere(
    _ name: String, _ model: String
  ) throws {
    let folder = Bundle.module.bundleURL.appending(path: "Fixtures/libvirt-cpu-map")
    try expectEveryFeature(of: model, on: name, in: CPUMap(folder))
  }

  @Test(.enabled(if: Self.installedMap != nil, "LODGE_TEST_ROOT names no root with libvirt"))
  func everyFeatureOfTheInstalledModelsIsThere() throws {
    let map = try CPUMap(#require(Self.installedMap))
    for (name, model) in Self.models where map.hasModel(model) {
      try expectEveryFeature(of: model, on: name, in: map)
    }
  }

  private static let installedMap: URL? = ProcessInfo.processInfo.environment["LODGE_TEST_ROOT"]
    .map { URL(filePath: $0).appending(path: "usr/share/libvirt/cpu_map") }

  private func expectEveryFeature(of model: String, on name: String, in map: CPUMap) throws {
    let platform = try PlatformFiles.platform(name)
    let entries = platform.supportedCPUID(launching: [])
    let features = try map.model(model)
    #expect(features.count > 50)
    // Linux lost MPX in 5.6, libvirt's models in 9.1.
    let missing = features.filter { name, wanted in
      name != "mpx"
        && !wanted.allSatisfy { bits in
          switch bits {
          case .cpuid(let function, let index, let register, let mask):
            entries.contains {
              $0.leaf.function == function && $0.leaf.index == index
                && $0.leaf[CPUIDLeaf.Register(rawValue: register) ?? .eax] & mask == mask
            }
          case .msr(let index, let mask):
            // libvirt before 12 counts the controls of VMX by what must be set, not by what may be.
            platform.processor.featureMSRs[index].map {
              ($0 | $0 >> 32) & mask == mask || $0 & mask == mask
            } ?? false
          }
        }
    }
    #expect(missing.keys.sorted() == [], "\(model) on \(name)")
  }

  @Test func whatKVMEmulatesIsAdded() throws {
    for name in PlatformFiles.names {
      let entries = try PlatformFiles.platform(name).supportedCPUID(launching: [])
      let first = try #require(entries.first { $0.leaf.function == 1 })
      #expect(first.leaf.ecx & (1 << 21 | 1 << 24 | 1 << 31) == 1 << 21 | 1 << 24 | 1 << 31)
      let seventh = try #require(entries.first { $0.leaf.function == 7 })
      #expect(seventh.leaf.ebx & 1 << 1 != 0 && seventh.isIndexed)
      #expect(entries.contains { $0.leaf.function == 0x4000_0000 && $0.leaf.ebx == 0x4B4D_564B })
    }
  }

  @Test func topologyOfTheHostIsHidden() throws {
    for name in PlatformFiles.names {
      let entries = try PlatformFiles.platform(name).supportedCPUID(launching: [])
      for entry in entries where [0xB, 0x1F, 0x8000_001E].contains(entry.leaf.function) {
        #expect(entry.leaf.eax | entry.leaf.ebx | entry.leaf.ecx == 0)
      }
    }
  }

  /// 256 is KVM_MAX_CPUID_ENTRIES; QEMU asks with 100 first.
  @Test func anEntryIsListedOnce() throws {
    for name in PlatformFiles.names {
      let entries = try PlatformFiles.platform(name).supportedCPUID(launching: [])
      let questions = Set(entries.map { [$0.leaf.function, $0.leaf.index] })
      #expect(questions.count == entries.count && entries.count < 256)
    }
  }

  /// Kinds of guest that are on, and EAX and EBX of 0x8000001F: SME, SEV, ES, SNP, coherence.
  @Test(
    arguments: [
      ([], 0, 0), ([.sev], 0x403, 0x33), ([.sev, .sevES], 0x40B, 0x33),
      ([.sev, .sevES, .sevSNP], 0x41B, 0x33),
    ] as [(Set<DomainType>, UInt32, UInt32)])
  func memoryEncryptionFollowsTheModule(
    _ types: Set<DomainType>, _ eax: UInt32, _ ebx: UInt32
  ) throws {
    let entries = try PlatformFiles.platform("amd-milan-snp").supportedCPUID(launching: types)
    let leaf = try #require(entries.first { $0.leaf.function == 0x8000_001F }?.leaf)
    #expect((leaf.eax, leaf.ebx) == (eax, ebx))
    #expect(leaf.ecx == (types.isEmpty ? 0 : 509))
  }

  /// Linux 6.1 knows neither 0x80000022 nor 0x24, nor the bits that came with later processors.
  @Test func anOlderKernelKeepsWhatItDoesNotKnow() throws {
    let genoa = try PlatformFiles.platform("amd-genoa-snp")
    func leaf(_ function: UInt32, by kernel: KernelVersion) -> CPUIDLeaf? {
      genoa.supportedCPUID(launching: [], by: kernel).first { $0.leaf.function == function }?.leaf
    }
    let (old, new) = (KernelVersion(6, 1, 176), KernelVersion(6, 12, 117))
    #expect(leaf(0x8000_0000, by: old)?.eax == 0x8000_0021)
    #expect(leaf(0x8000_0022, by: old) == nil)
    #expect(leaf(0x8000_0000, by: new)?.eax == 0x8000_0022)
    #expect(leaf(0x8000_0022, by: new)?.eax == 1)
    let automaticIBRS: UInt32 = 1 << 8
    #expect((leaf(0x8000_0021, by: old)?.eax ?? 0) & automaticIBRS == 0)
    #expect((leaf(0x8000_0021, by: new)?.eax ?? 0) & automaticIBRS != 0)
    let sapphireRapids = try PlatformFiles.platform("intel-spr-tdx")
    #expect(sapphireRapids.supportedCPUID(launching: [], by: old).first?.leaf.eax == 0x1F)
  }

  /// Without arch_prctl(2) there is no AMX: 0xA88 bytes with AVX-512 and PKRU.
  @Test func matrixRegistersAreNotInTheDefaultState() throws {
    let entries = try PlatformFiles.platform("intel-spr-tdx").supportedCPUID(launching: [])
    let states = entries.filter { $0.leaf.function == 0xD }.map(\.leaf)
    #expect(states.map(\.index) == [0, 1, 2, 5, 6, 7, 9])
    #expect(states.first.map { [$0.eax, $0.ebx, $0.ecx] } == [0x2E7, 0xA88, 0xA88])
  }
}
