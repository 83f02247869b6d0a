/// A described host: what its processor, firmware and module parameters can do.
///
/// Only what hardware and its settings decide is here; what the candidate kernel makes of it is
/// ``ModelledKernel``.
package struct Platform: Codable, Equatable, Sendable {
  /// The name of its file, such as `amd-milan-snp`.
  package var id: String
  /// One line for people, such as `AMD EPYC 7003 (Milan), SEV-SNP on`.
  package var title: String
  package var processor: Processor
  /// AMD's Secure Encrypted Virtualization, where the processor has it.
  package var sev: SEV?
  /// Intel's Trust Domain Extensions, where processor and TDX module have them.
  package var tdx: TDX?
  /// Values below `/sys/module/<module>/parameters`, by module and parameter, that the
  /// administrator chose, such as `kvm_amd: {sev: N}`; others follow from kernel and hardware.
  package var parameters: [String: [String: String]]

  /// The processor and memory of the host.
  package struct Processor: Codable, Equatable, Sendable {
    package enum Vendor: String, Codable, Sendable {
      case amd = "AuthenticAMD"
      case intel = "GenuineIntel"
    }

    package var vendor: Vendor
    /// The model name of CPUID 0x80000002..4 and /proc/cpuinfo.
    package var name: String
    /// Logical processors; one socket, one NUMA cell.
    package var count: Int
    /// MiB.
    package var memory: Int
    /// The microcode revision in /proc/cpuinfo.
    package var microcode: UInt32
    package var kiloHertz: Int
    /// What the CPUID instruction answers.
    package var cpuid: [CPUIDLeaf]
    /// MSRs that describe features, by index (KVM_GET_MSR_FEATURE_INDEX_LIST).
    package var featureMSRs: [UInt32: UInt64]
    /// Feature flags of /proc/cpuinfo that matter to libvirt, such as `sev_snp`.
    package var flags: [String]
  }

  /// What the AMD secure processor and the memory controller offer.
  package struct SEV: Codable, Equatable, Sendable {
    /// API version and build of the firmware, from PLATFORM_STATUS.
    package var apiMajor: Int
    package var apiMinor: Int
    package var build: Int
    package var encryptionBit: Int
    package var reducedPhysicalBits: Int
    /// ASIDs of SEV guests, and of SEV-ES and SNP guests; CPUID 0x8000001F ECX and EDX.
    package var asids: ClosedRange<Int>
    /// Empty where the hardware has no SEV-ES.
    package var encryptedStateASIDs: Range<Int>
    package var hasSNP: Bool
    /// Guest policy bits that this firmware accepts (SNP ABI, "Guest Policy").
    package var policyBits: UInt64
    /// VMSA features of the processor beyond SNP itself (bit 5 DebugSwap, bit 9 Secure TSC).
    package var vmsaFeatures: UInt64
  }

  /// What the TDX module offers.
  package struct TDX: Codable, Equatable, Sendable {
    package var moduleVersion: String
    /// KeyIDs for TDs.
    package var keyIDs: Int
    /// Attributes that the module supports (TDX Module ABI, ATTRIBUTES).
    package var attributes: UInt64
    package var xfam: UInt64
    /// CPUID leaves with the bits that a host may configure.
    package var configurable: [CPUIDLeaf]
  }
}

/// One answer of the CPUID instruction.
package struct CPUIDLeaf: Codable, Equatable, Hashable, Sendable {
  package var function: UInt32
  package var index: UInt32
  package var eax: UInt32
  package var ebx: UInt32
  package var ecx: UInt32
  package var edx: UInt32

  package init(
    _ function: UInt32, _ index: UInt32, eax: UInt32, ebx: UInt32, ecx: UInt32, edx: UInt32
  ) {
    (self.function, self.index) = (function, index)
    (self.eax, self.ebx, self.ecx, self.edx) = (eax, ebx, ecx, edx)
  }
}
