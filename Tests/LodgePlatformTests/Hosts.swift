import Foundation
import LodgeModel
import LodgePlatform
import Testing

/// Kernels whose evidence is recorded in `Fixtures/evidence`.
enum RecordedKernel: String, CaseIterable {
  case bookworm = "linux-6.1.176_x86_64"
  case trixie = "linux-6.12.117_x86_64"
  case trixieCloud = "linux-6.12.117_x86_64+cloud"
  case backport = "linux-6.12.95_x86_64+headers-6.1.176"
  case sid = "linux-7.2.13_x86_64"

  /// What was collected of it.
  func evidence() throws -> Evidence {
    let file = try #require(
      Bundle.module.url(
        forResource: rawValue, withExtension: "json", subdirectory: "Fixtures/evidence"))
    return try CanonicalJSON.decode(Evidence.self, from: Data(contentsOf: file))
  }

  func modelled(
    on platform: Platform, changedBy description: KernelDescription? = nil
  ) throws -> ModelledKernel {
    try ModelledKernel(try evidence(), changedBy: description, on: platform)
  }
}

extension KernelDescription {
  static let withTDX = KernelDescription(
    id: "with-tdx", title: "built with TDX", needs: ["KVM_TDX_INIT_VM"],
    kconfig: ["INTEL_TDX_HOST": "y", "KVM_INTEL_TDX": "y"],
    parameters: ["kvm_intel": ["tdx": "bool"]])
}

extension Platform {
  /// A small host with SEV-SNP: ASIDs 1 to 99 for SEV-ES and SNP, 100 to 509 for SEV.
  static let amd = Platform(
    id: "amd", title: "AMD with SEV-SNP",
    processor: Processor(
      vendor: .amd, name: "AMD EPYC", count: 8, threadsPerCore: 2, memory: 32768,
      microcode: 0xA00_11D1, kiloHertz: 2_000_000,
      cpuid: [
        CPUIDLeaf(0, 0, eax: 0xD, ebx: 0x6874_7541, ecx: 0x444D_4163, edx: 0x6974_6E65),
        CPUIDLeaf(1, 0, eax: 0xA0_0F11, ebx: 0, ecx: 1 << 26 | 1 << 3, edx: 0x178B_FBFF),
        CPUIDLeaf(6, 0, eax: 4, ebx: 0, ecx: 1, edx: 0),
        CPUIDLeaf(0xD, 0, eax: 0x207, ebx: 0x988, ecx: 0x988, edx: 0),
        CPUIDLeaf(0x8000_0000, 0, eax: 0x8000_001F, ebx: 0, ecx: 0, edx: 0),
        CPUIDLeaf(0x8000_0001, 0, eax: 0, ebx: 0, ecx: 1 << 23, edx: 1 << 27 | 1 << 29),
        CPUIDLeaf(0x8000_0008, 0, eax: 0x3030, ebx: 1 << 14, ecx: 0, edx: 0),
        CPUIDLeaf(0x8000_000A, 0, eax: 1, ebx: 0x8000, ecx: 0, edx: 1 << 4),
        sevLeaf,
      ], featureMSRs: [0x8B: 0xA00_11D1, 0x10A: 0x40, 0xC001_1029: 2], flags: ["sev_snp"]),
    sev: SEV(
      apiMajor: 1, apiMinor: 55, build: 21, policyBits: 0x21F_FFFF,
      chipID: [UInt8](0..<64), leaf: sevLeaf))

  /// SME, SEV, SEV-ES, SNP and DebugSwap; C-bit 51.
  private static let sevLeaf = CPUIDLeaf(
    0x8000_001F, 0, eax: 0x1401B, ebx: 0x4173, ecx: 509, edx: 100)

  /// A small host with TDX that its administrator has switched on.
  static let intel = Platform(
    id: "intel", title: "Intel with TDX",
    processor: Processor(
      vendor: .intel, name: "Intel Xeon", count: 4, threadsPerCore: 1, memory: 16384,
      microcode: 0x2B, kiloHertz: 2_100_000,
      cpuid: [
        CPUIDLeaf(0, 0, eax: 0xD, ebx: 0x756E_6547, ecx: 0x6C65_746E, edx: 0x4965_6E69),
        CPUIDLeaf(1, 0, eax: 0x806F8, ebx: 0, ecx: 1 << 26 | 1 << 3, edx: 0x178B_FBFF),
        CPUIDLeaf(6, 0, eax: 4, ebx: 0, ecx: 1, edx: 0),
        CPUIDLeaf(7, 0, eax: 0, ebx: 0, ecx: 1 << 7, edx: 1 << 26),
        CPUIDLeaf(0xA, 0, eax: 0x0730_0202, ebx: 0, ecx: 0, edx: 0x603),
        CPUIDLeaf(0xD, 0, eax: 0x6_02E7, ebx: 0x988, ecx: 0x2B00, edx: 0),
        CPUIDLeaf(0xD, 1, eax: 0x1F, ebx: 0x988, ecx: 0x1900, edx: 0),
        CPUIDLeaf(0x8000_0000, 0, eax: 0x8000_0008, ebx: 0, ecx: 0, edx: 0),
        CPUIDLeaf(0x8000_0001, 0, eax: 0, ebx: 0, ecx: 1, edx: 1 << 27 | 1 << 29),
        CPUIDLeaf(0x8000_0008, 0, eax: 0x3934, ebx: 0, ecx: 0, edx: 0),
      ],
      featureMSRs: [0x8B: 0x2B << 32, 0x10A: 0x40, 0x480: 1, 0x48B: 0xC200_0000 << 32],
      flags: ["tdx_host_platform"]),
    tdx: TDX(
      moduleVersion: "1.5.06", keyIDs: 31, keyIDBits: 6, maximumVCPUs: 576,
      attributes: 0x8000_0000_7000_0001, xfam: 0x6_1AE7,
      configurable: [
        CPUIDLeaf(7, 0, eax: 0, ebx: 0xFFFF_FFFF, ecx: 0xFFFF_FFFF, edx: 0),
        CPUIDLeaf(0x8000_0008, 0, eax: 0, ebx: 0x200, ecx: 0, edx: 0),
      ]),
    parameters: ["kvm_intel": ["tdx": "Y"]])

  /// The same host with other choices of its administrator.
  func choosing(_ module: String, _ name: String, _ value: String) -> Platform {
    var platform = self
    platform.parameters[module, default: [:]][name] = value
    return platform
  }

  /// The same host with another CPUID 0x8000001F.
  func with(sevLeaf change: (inout CPUIDLeaf) -> Void) -> Platform {
    var platform = self
    if var leaf = platform.sev?.leaf {
      change(&leaf)
      platform.sev?.leaf = leaf
    }
    return platform
  }
}
