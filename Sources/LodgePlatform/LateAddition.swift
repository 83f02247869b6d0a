/// A part of KVM's interface that kernels of today may lack, with the trace that shows it.
///
/// Headers alone do not tell: they may be of another kernel, and they name what kconfig left out.
package struct LateAddition: Sendable {
  package let witness: Witness
  /// Numbers that never change, for headers that are older than the kernel.
  package let numbers: [String: Int64]
  /// Prefixes of further names that stand or fall with it.
  package let prefixes: [String]

  /// Whether a constant or structure belongs to it.
  package func names(_ name: String) -> Bool {
    numbers[name] != nil || prefixes.contains { name.hasPrefix($0) }
  }

  /// Whether a kernel has no constant of the name for want of this.
  package func isLacking(_ name: String, in kernel: KernelFacts) -> Bool {
    names(name) && !witness.isSeen(in: kernel)
  }

  private init(_ witness: Witness, _ numbers: [String: Int64] = [:], prefixes: [String] = []) {
    (self.witness, self.numbers, self.prefixes) = (witness, numbers, prefixes)
  }

  /// In the order of releases; structures come from BTF.
  ///
  /// **Source:** include/uapi/linux/kvm.h, arch/x86/include/uapi/asm/kvm.h and
  /// include/uapi/linux/psp-sev.h, compared between Linux 6.1, 6.12 and 7.2.
  package static let all: [LateAddition] = [
    LateAddition(.option("CRYPTO_DEV_SP_PSP"), ["SEV_ISSUE_CMD": 0xC010_5300]),
    LateAddition(.sev, prefixes: ["KVM_SEV_", "kvm_sev_"]),
    LateAddition(
      .memoryRegion2,
      [
        "KVM_SET_USER_MEMORY_REGION2": 0x40A0_AE49, "KVM_CAP_USER_MEMORY2": 231,
        "KVM_CAP_MEMORY_FAULT_INFO": 232, "KVM_CAP_VM_TYPES": 235, "KVM_EXIT_MEMORY_FAULT": 39,
        "KVM_MEMORY_EXIT_FLAG_PRIVATE": 8, "KVM_X86_DEFAULT_VM": 0, "KVM_X86_SW_PROTECTED_VM": 1,
      ], prefixes: ["kvm_userspace_memory_region2"]),
    LateAddition(
      .memoryAttributes,
      [
        "KVM_SET_MEMORY_ATTRIBUTES": 0x4020_AED2, "KVM_CAP_MEMORY_ATTRIBUTES": 233,
        "KVM_MEMORY_ATTRIBUTE_PRIVATE": 8,
      ], prefixes: ["kvm_memory_attributes"]),
    LateAddition(
      .guestMemfd,
      [
        "KVM_CREATE_GUEST_MEMFD": 0xC040_AED4, "KVM_CAP_GUEST_MEMFD": 234,
        "KVM_MEM_GUEST_MEMFD": 4,
      ], prefixes: ["kvm_create_guest_memfd"]),
    LateAddition(
      .sevInit2,
      [
        "KVM_SEV_INIT2": 22, "KVM_X86_SEV_VM": 2, "KVM_X86_SEV_ES_VM": 3, "KVM_X86_GRP_SEV": 1,
        "KVM_X86_SEV_VMSA_FEATURES": 0,
      ], prefixes: ["kvm_sev_init"]),
    LateAddition(
      .preFault,
      [
        "KVM_PRE_FAULT_MEMORY": 0xC040_AED5, "KVM_CAP_PRE_FAULT_MEMORY": 236,
        "KVM_CAP_X86_APIC_BUS_CYCLES_NS": 237, "KVM_CAP_X86_GUEST_MODE": 238,
      ], prefixes: ["kvm_pre_fault_memory"]),
    LateAddition(
      .sevSNP,
      [
        "KVM_X86_SNP_VM": 4, "KVM_SEV_SNP_LAUNCH_START": 100, "KVM_SEV_SNP_LAUNCH_UPDATE": 101,
        "KVM_SEV_SNP_LAUNCH_FINISH": 102, "KVM_SEV_SNP_PAGE_TYPE_NORMAL": 1,
        "KVM_SEV_SNP_PAGE_TYPE_ZERO": 3, "KVM_SEV_SNP_PAGE_TYPE_UNMEASURED": 4,
        "KVM_SEV_SNP_PAGE_TYPE_SECRETS": 5, "KVM_SEV_SNP_PAGE_TYPE_CPUID": 6,
        "KVM_SEV_SNP_ID_BLOCK_SIZE": 96, "KVM_SEV_SNP_ID_AUTH_SIZE": 4096,
        "KVM_SEV_SNP_FINISH_DATA_SIZE": 32,
      ], prefixes: ["KVM_SEV_SNP_", "kvm_sev_snp_"]),
    LateAddition(
      .tdx, ["KVM_X86_TDX_VM": 5, "KVM_EXIT_TDX": 40, "KVM_SYSTEM_EVENT_TDX_FATAL": 7],
      prefixes: ["KVM_TDX_", "kvm_tdx_"]),
    LateAddition(
      .guestMemfdFlags,
      [
        "KVM_CAP_GUEST_MEMFD_FLAGS": 244, "GUEST_MEMFD_FLAG_MMAP": 1,
        "GUEST_MEMFD_FLAG_INIT_SHARED": 2,
      ]),
    LateAddition(.snpPolicyBits, ["KVM_X86_SNP_POLICY_BITS": 1]),
    LateAddition(
      .all([.sevSNP, .enumerator("KVM_SEV_SNP_ENABLE_REQ_CERTS", in: "kvm_amd")]),
      [
        "KVM_X86_SEV_SNP_REQ_CERTS": 2, "KVM_EXIT_SNP_REQ_CERTS": 43,
        "KVM_SEV_SNP_ENABLE_REQ_CERTS": 103,
      ], prefixes: ["kvm_exit_snp_req_certs"]),
  ]
}

extension Witness {
  /// The SNP policy bits that KVM passes on are the firmware's (Linux 6.19).
  package static let snpPolicyBits = all([
    sevSNP, macro("KVM_X86_SNP_POLICY_BITS", since: KernelVersion(6, 19)),
  ])
}
