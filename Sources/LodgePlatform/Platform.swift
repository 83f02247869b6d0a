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
  /// AMD's Secure Encrypted Virtualization, where processor and secure processor have it.
  package var sev: SEV?
  /// Intel's Trust Domain Extensions, where processor and TDX module have them.
  package var tdx: TDX?
  /// Values below `/sys/module/<module>/parameters`, by module and parameter, that the
  /// administrator chose, such as `kvm_amd: {sev: N}`; others follow from kernel and hardware.
  package var parameters: [String: [String: String]]

  package init(
    id: String, title: String, processor: Processor, sev: SEV? = nil, tdx: TDX? = nil,
    parameters: [String: [String: String]] = [:]
  ) {
    (self.id, self.title, self.processor) = (id, title, processor)
    (self.sev, self.tdx, self.parameters) = (sev, tdx, parameters)
  }
}

extension Platform {
  /// The processor and memory of the host.
  package struct Processor: Codable, Equatable, Sendable {
    /// Who made it, in the words of CPUID 0.
    package enum Vendor: String, Codable, CaseIterable, Sendable {
      case amd = "AuthenticAMD"
      case intel = "GenuineIntel"
    }

    package var vendor: Vendor
    /// The model name of CPUID 0x80000002..4 and /proc/cpuinfo.
    package var name: String
    /// Logical processors; one socket, one NUMA cell.
    package var count: Int
    /// Logical processors of one core: 1, or 2 with SMT.
    package var threadsPerCore: Int
    /// MiB.
    package var memory: Int
    /// The microcode revision in /proc/cpuinfo.
    package var microcode: UInt32
    /// The rate of the time stamp counter.
    package var kiloHertz: Int
    /// What the CPUID instruction answers, in the order of functions and indices.
    package var cpuid: [CPUIDLeaf]
    /// MSRs that describe features, by index (KVM_GET_MSR_FEATURE_INDEX_LIST).
    package var featureMSRs: [UInt32: UInt64]
    /// Feature flags of /proc/cpuinfo that people look for, such as `sev_snp`.
    package var flags: [String]

    package init(
      vendor: Vendor, name: String, count: Int, threadsPerCore: Int, memory: Int,
      microcode: UInt32, kiloHertz: Int, cpuid: [CPUIDLeaf], featureMSRs: [UInt32: UInt64],
      flags: [String]
    ) {
      (self.vendor, self.name, self.count) = (vendor, name, count)
      (self.threadsPerCore, self.memory) = (threadsPerCore, memory)
      (self.microcode, self.kiloHertz, self.cpuid) = (microcode, kiloHertz, cpuid)
      (self.featureMSRs, self.flags) = (featureMSRs, flags)
    }

    /// The answer to one CPUID question; nil for one that the file does not list.
    package func leaf(_ function: UInt32, _ index: UInt32 = 0) -> CPUIDLeaf? {
      cpuid.first { $0.function == function && $0.index == index }
    }

    /// The states that XCR0 can enable: EDX and EAX of CPUID 0xD.0.
    package var xcr0: UInt64 {
      leaf(0xD).map { UInt64($0.edx) << 32 | UInt64($0.eax) } ?? 0
    }

    /// Bits of a physical address, before memory encryption takes any: CPUID 0x80000008.
    package var physicalBits: Int { Int((leaf(0x8000_0008)?.eax ?? 36) & 0xFF) }

    /// Bits of a linear address: CPUID 0x80000008.
    package var linearBits: Int { Int((leaf(0x8000_0008)?.eax ?? 0x3000) >> 8 & 0xFF) }
  }
}

extension Platform {
  /// What the AMD secure processor and the memory controller offer.
  package struct SEV: Codable, Equatable, Sendable {
    /// API version of the firmware, from PLATFORM_STATUS.
    package var apiMajor: Int
    package var apiMinor: Int
    /// Build of the firmware, from PLATFORM_STATUS.
    package var build: Int
    /// SNP guest policy bits that this firmware accepts (SNP ABI, "Guest Policy").
    package var policyBits: UInt64
    /// What GET_ID answers: 64 bytes.
    package var chipID: [UInt8]
    /// CPUID 0x8000001F, which says all the rest (AMD APM volume 3, appendix E.4.17).
    package var leaf: CPUIDLeaf

    package init(
      apiMajor: Int, apiMinor: Int, build: Int, policyBits: UInt64, chipID: [UInt8],
      leaf: CPUIDLeaf
    ) {
      (self.apiMajor, self.apiMinor, self.build) = (apiMajor, apiMinor, build)
      (self.policyBits, self.chipID, self.leaf) = (policyBits, chipID, leaf)
    }

    /// The bit of a page table entry that marks memory as encrypted.
    package var encryptionBit: Int { Int(leaf.ebx & 0x3F) }

    /// How many bits of a physical address memory encryption takes.
    package var reducedPhysicalBits: Int { Int(leaf.ebx >> 6 & 0x3F) }

    /// ASIDs of guests with SEV alone; empty where the BIOS gave all to SEV-ES and SNP.
    package var asids: Range<Int> {
      let first = max(1, Int(leaf.edx))
      return first..<max(first, Int(leaf.ecx) + 1)
    }

    /// ASIDs of SEV-ES and SNP guests; empty where the processor has no SEV-ES.
    package var encryptedStateASIDs: Range<Int> {
      hasEncryptedState ? 1..<max(1, min(Int(leaf.edx), Int(leaf.ecx) + 1)) : 1..<1
    }

    /// Whether the processor has SEV-ES.
    package var hasEncryptedState: Bool { leaf.eax & 1 << 3 != 0 }

    /// Whether the processor has SEV-SNP.
    package var hasSNP: Bool { leaf.eax & 1 << 4 != 0 }

    /// VMSA features beyond SNP itself: bit 5 DebugSwap, bit 9 Secure TSC.
    package var vmsaFeatures: UInt64 {
      (leaf.eax & 1 << 14 != 0 ? 1 << 5 : 0) | (leaf.eax & 1 << 8 != 0 ? 1 << 9 : 0)
    }
  }
}

extension Platform {
  /// What the TDX module offers.
  package struct TDX: Codable, Equatable, Sendable {
    /// Such as `1.5.06`.
    package var moduleVersion: String
    /// KeyIDs for TDs, the module's own one not counted.
    package var keyIDs: Int
    /// Bits of a physical address that hold the KeyID; /proc/cpuinfo leaves them out.
    package var keyIDBits: Int
    /// vCPUs that one TD can have (MAX_VCPUS_PER_TD of the module).
    package var maximumVCPUs: Int
    /// Attributes that the module supports (TDX Module ABI, ATTRIBUTES).
    package var attributes: UInt64
    package var xfam: UInt64
    /// CPUID leaves with the bits that a host may configure.
    package var configurable: [CPUIDLeaf]

    package init(
      moduleVersion: String, keyIDs: Int, keyIDBits: Int, maximumVCPUs: Int, attributes: UInt64,
      xfam: UInt64, configurable: [CPUIDLeaf]
    ) {
      (self.moduleVersion, self.keyIDs, self.keyIDBits) = (moduleVersion, keyIDs, keyIDBits)
      self.maximumVCPUs = maximumVCPUs
      (self.attributes, self.xfam, self.configurable) = (attributes, xfam, configurable)
    }
  }
}
