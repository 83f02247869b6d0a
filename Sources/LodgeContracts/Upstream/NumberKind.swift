import LodgeModel

/// One kind of number that QEMU puts into its calls, with the names that upstream gives to them.
///
/// A QEMU binary holds numbers, no names: without its source only upstream tells which name a
/// number was compiled from.
struct NumberKind: Sendable {
  /// What a sentence calls one of them.
  let title: String
  /// Whether a number of a call is of the kind.
  let includes: @Sendable (SentCalls.Call) -> Bool
  /// Whether a constant of a header is of the kind.
  let isNamed: @Sendable (String, Int64) -> Bool
  /// Upstream's numbers by name.
  let upstream: [String: Int64]
  /// What the kernel does with a number that it does not have.
  let absence: Absence
  /// Whether the numbers are sets of bits, each with a name of its own.
  var isBits = false

  /// What it means that a kernel does not have a number.
  enum Absence: Sendable {
    /// It is asked whether it has it: no is an answer.
    case answered
    /// QEMU goes on without the call, or ends with a word of its own.
    case survived
    /// The guest is not launched.
    case fatal
  }

  /// The names of a number in a table, in their order.
  func names(of number: Int64, in constants: [String: Int64]) -> [String] {
    constants.filter { $0.value == number && isNamed($0.key, $0.value) }.map(\.key).sorted()
  }

  /// All kinds.
  static let all = [
    calls, machines, capabilities, groups, attributes, sevCommands, tdxCommands, deviceCommands,
    pageTypes, regionFlags, memoryAttributes, trustDomainRegions,
  ]

  /// The ioctls themselves, with the size of their argument in the number.
  ///
  /// **Source:** Linux include/uapi/linux/kvm.h and psp-sev.h, 6.1 to 7.2: what QEMU 7.2 to 11.1 send
  /// on x86-64.
  private static let calls = Self(
    title: "the call", includes: { $0.field == SentCalls.Call.ownNumber },
    isNamed: { name, number in
      let type = number >> 8 & 0xff
      return type == 0xae && name.hasPrefix("KVM_") || type == 0x53 && name.hasPrefix("SEV_")
    }, upstream: callNumbers, absence: .survived)

  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h, 6.8 to 6.16.
  private static let machines = Self(
    title: "the VM type",
    // Type 0 is the one of kernels that have no names for them.
    includes: { $0.call == "KVM_CREATE_VM" && $0.field == "type" && $0.number != 0 },
    isNamed: { name, _ in name.hasPrefix("KVM_X86_") && name.hasSuffix("_VM") },
    upstream: [
      "KVM_X86_SW_PROTECTED_VM": 1, "KVM_X86_SEV_VM": 2, "KVM_X86_SEV_ES_VM": 3,
      "KVM_X86_SNP_VM": 4, "KVM_X86_TDX_VM": 5,
    ], absence: .fatal)

  /// **Source:** Linux include/uapi/linux/kvm.h: those that QEMU 7.2 to 11.1 ask for on x86-64.
  private static let capabilities = Self(
    title: "the capability", includes: { $0.field == "capability" },
    isNamed: { name, _ in name.hasPrefix("KVM_CAP_") }, upstream: capabilityNumbers,
    absence: .answered)

  /// Groups of the attributes of /dev/kvm; group 0 is one of other devices too.
  ///
  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h, 6.10.
  private static let groups = Self(
    title: "the attribute group", includes: { $0.field == "group" && $0.number != 0 },
    isNamed: { name, _ in name.hasPrefix("KVM_X86_GRP_") }, upstream: ["KVM_X86_GRP_SEV": 1],
    absence: .answered)

  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h: 6.10, 6.19 and 7.0.
  private static let attributes = Self(
    title: "the attribute", includes: { $0.field == "attribute" && $0.command == "group 1" },
    isNamed: { name, _ in sevAttributes.keys.contains(name) }, upstream: sevAttributes,
    absence: .answered)

  private static let sevAttributes: [String: Int64] = [
    "KVM_X86_SEV_VMSA_FEATURES": 0, "KVM_X86_SNP_POLICY_BITS": 1, "KVM_X86_SEV_SNP_REQ_CERTS": 2,
  ]

  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h, `enum sev_cmd_id`, 7.2.
  private static let sevCommands = Self(
    title: "the SEV command",
    includes: { $0.isCommand(of: "KVM_MEMORY_ENCRYPT_OP") && $0.type != .tdx },
    isNamed: { name, _ in
      name.hasPrefix("KVM_SEV_") && !name.contains("_PAGE_TYPE_") && !name.hasSuffix("_SIZE")
        && !name.hasSuffix("_NR_MAX")
    },
    upstream: Dictionary(
      uniqueKeysWithValues: sevCommandNames.enumerated().map { ("KVM_SEV_\($1)", Int64($0)) }
        + Interface.snpCommands.numbers.map { ($0.name, $0.value) }), absence: .fatal)

  /// In the order of their numbers, from 0.
  private static let sevCommandNames = [
    "INIT", "ES_INIT", "LAUNCH_START", "LAUNCH_UPDATE_DATA", "LAUNCH_UPDATE_VMSA",
    "LAUNCH_SECRET", "LAUNCH_MEASURE", "LAUNCH_FINISH", "SEND_START", "SEND_UPDATE_DATA",
    "SEND_UPDATE_VMSA", "SEND_FINISH", "RECEIVE_START", "RECEIVE_UPDATE_DATA",
    "RECEIVE_UPDATE_VMSA", "RECEIVE_FINISH", "GUEST_STATUS", "DBG_DECRYPT", "DBG_ENCRYPT",
    "CERT_EXPORT", "GET_ATTESTATION_REPORT", "SEND_CANCEL", "INIT2",
  ]

  private static let tdxCommands = Self(
    title: "the TDX command",
    includes: { $0.isCommand(of: "KVM_MEMORY_ENCRYPT_OP") && $0.type == .tdx },
    isNamed: { name, _ in name.hasPrefix("KVM_TDX_") && !name.contains("_MEASURE_") },
    upstream: Dictionary(
      uniqueKeysWithValues: Interface.tdxCommands.numbers.map { ($0.name, $0.value) }),
    absence: .fatal)

  /// **Source:** Linux include/uapi/linux/psp-sev.h.
  private static let deviceCommands = Self(
    title: "the command of /dev/sev", includes: { $0.isCommand(of: "SEV_ISSUE_CMD") },
    isNamed: { name, _ in deviceCommandNumbers.keys.contains(name) },
    upstream: deviceCommandNumbers, absence: .fatal)

  private static let deviceCommandNumbers: [String: Int64] = [
    "SEV_FACTORY_RESET": 0, "SEV_PLATFORM_STATUS": 1, "SEV_PEK_GEN": 2, "SEV_PEK_CSR": 3,
    "SEV_PDH_GEN": 4, "SEV_PDH_CERT_EXPORT": 5, "SEV_PEK_CERT_IMPORT": 6, "SEV_GET_ID": 7,
    "SEV_GET_ID2": 8, "SNP_PLATFORM_STATUS": 9, "SNP_COMMIT": 10, "SNP_SET_CONFIG": 11,
    "SNP_VLEK_LOAD": 12,
  ]

  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h, 6.11; AMD SEV-SNP ABI 56860, PAGE_TYPE.
  private static let pageTypes = Self(
    title: "the page type",
    includes: { $0.command == "KVM_SEV_SNP_LAUNCH_UPDATE" && $0.field == "type" },
    isNamed: { name, _ in name.hasPrefix("KVM_SEV_SNP_PAGE_TYPE_") },
    upstream: [
      "KVM_SEV_SNP_PAGE_TYPE_NORMAL": 1, "KVM_SEV_SNP_PAGE_TYPE_ZERO": 3,
      "KVM_SEV_SNP_PAGE_TYPE_UNMEASURED": 4, "KVM_SEV_SNP_PAGE_TYPE_SECRETS": 5,
      "KVM_SEV_SNP_PAGE_TYPE_CPUID": 6,
    ], absence: .fatal)

  /// **Source:** Linux include/uapi/linux/kvm.h; KVM_MEM_GUEST_MEMFD: 6.8.
  private static let regionFlags = Self(
    title: "the flag of memory",
    includes: { $0.call.hasPrefix("KVM_SET_USER_MEMORY_REGION") && $0.field == "flags" },
    isNamed: { name, _ in memoryFlags.keys.contains(name) }, upstream: memoryFlags,
    absence: .fatal, isBits: true)

  private static let memoryFlags: [String: Int64] = [
    "KVM_MEM_LOG_DIRTY_PAGES": 1, "KVM_MEM_READONLY": 2, "KVM_MEM_GUEST_MEMFD": 4,
  ]

  /// **Source:** Linux include/uapi/linux/kvm.h, 6.8.
  private static let memoryAttributes = Self(
    title: "the attribute of memory",
    includes: { $0.call == "KVM_SET_MEMORY_ATTRIBUTES" && $0.field == "attributes" },
    isNamed: { name, _ in name.hasPrefix("KVM_MEMORY_ATTRIBUTE_") },
    upstream: ["KVM_MEMORY_ATTRIBUTE_PRIVATE": 8], absence: .fatal, isBits: true)

  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h, 6.16.
  private static let trustDomainRegions = Self(
    title: "the flag of a TD's memory",
    includes: { $0.command == "KVM_TDX_INIT_MEM_REGION" && $0.field == "flags" },
    isNamed: { name, _ in name.hasPrefix("KVM_TDX_MEASURE_") },
    upstream: ["KVM_TDX_MEASURE_MEMORY_REGION": 1], absence: .fatal, isBits: true)

  private static let callNumbers: [String: Int64] = [
    "KVM_CHECK_EXTENSION": 0xae03, "KVM_CLEAR_DIRTY_LOG": 0xc018_aec0,
    "KVM_CREATE_GUEST_MEMFD": 0xc040_aed4, "KVM_CREATE_IRQCHIP": 0xae60,
    "KVM_CREATE_PIT2": 0x4040_ae77, "KVM_CREATE_VCPU": 0xae41, "KVM_CREATE_VM": 0xae01,
    "KVM_ENABLE_CAP": 0x4068_aea3, "KVM_GET_API_VERSION": 0xae00, "KVM_GET_CLOCK": 0x8030_ae7c,
    "KVM_GET_CPUID2": 0xc008_ae91, "KVM_GET_DEBUGREGS": 0x8080_aea1,
    "KVM_GET_DEVICE_ATTR": 0x4018_aee2, "KVM_GET_DIRTY_LOG": 0x4010_ae42,
    "KVM_GET_IRQCHIP": 0xc208_ae62, "KVM_GET_LAPIC": 0x8400_ae8e,
    "KVM_GET_MP_STATE": 0x8004_ae98, "KVM_GET_MSRS": 0xc008_ae88,
    "KVM_GET_MSR_FEATURE_INDEX_LIST": 0xc004_ae0a, "KVM_GET_MSR_INDEX_LIST": 0xc004_ae02,
    "KVM_GET_PIT2": 0x8070_ae9f, "KVM_GET_REGS": 0x8090_ae81, "KVM_GET_SREGS2": 0x8140_aecc,
    "KVM_GET_STATS_FD": 0xaece, "KVM_GET_SUPPORTED_CPUID": 0xc008_ae05,
    "KVM_GET_TSC_KHZ": 0xaea3, "KVM_GET_VCPU_EVENTS": 0x8040_ae9f,
    "KVM_GET_VCPU_MMAP_SIZE": 0xae04, "KVM_GET_XCRS": 0x8188_aea6,
    "KVM_GET_XSAVE2": 0x9000_aecf, "KVM_HAS_DEVICE_ATTR": 0x4018_aee3,
    "KVM_IOEVENTFD": 0x4040_ae79, "KVM_KVMCLOCK_CTRL": 0xaead,
    "KVM_MEMORY_ENCRYPT_OP": 0xc008_aeba, "KVM_MEMORY_ENCRYPT_REG_REGION": 0x8010_aebb,
    "KVM_MEMORY_ENCRYPT_UNREG_REGION": 0x8010_aebc, "KVM_PRE_FAULT_MEMORY": 0xc040_aed5,
    "KVM_REGISTER_COALESCED_MMIO": 0x4010_ae67, "KVM_RUN": 0xae80, "KVM_SET_CLOCK": 0x4030_ae7b,
    "KVM_SET_CPUID2": 0x4008_ae90, "KVM_SET_DEBUGREGS": 0x4080_aea2,
    "KVM_SET_DEVICE_ATTR": 0x4018_aee1, "KVM_SET_GSI_ROUTING": 0x4008_ae6a,
    "KVM_SET_IDENTITY_MAP_ADDR": 0x4008_ae48, "KVM_SET_IRQCHIP": 0x8208_ae63,
    "KVM_SET_LAPIC": 0x4400_ae8f, "KVM_SET_MEMORY_ATTRIBUTES": 0x4020_aed2,
    "KVM_SET_MP_STATE": 0x4004_ae99, "KVM_SET_MSRS": 0x4008_ae89, "KVM_SET_PIT2": 0x4070_aea0,
    "KVM_SET_REGS": 0x4090_ae82, "KVM_SET_SREGS2": 0x4140_aecd, "KVM_SET_TSC_KHZ": 0xaea2,
    "KVM_SET_TSS_ADDR": 0xae47, "KVM_SET_USER_MEMORY_REGION": 0x4020_ae46,
    "KVM_SET_USER_MEMORY_REGION2": 0x40a0_ae49, "KVM_SET_VAPIC_ADDR": 0x4008_ae93,
    "KVM_SET_VCPU_EVENTS": 0x4040_aea0, "KVM_SET_XCRS": 0x4188_aea7,
    "KVM_SET_XSAVE": 0x5000_aea5, "KVM_TPR_ACCESS_REPORTING": 0xc028_ae92,
    "KVM_UNREGISTER_COALESCED_MMIO": 0x4010_ae68, "KVM_X86_GET_MCE_CAP_SUPPORTED": 0x8008_ae9d,
    "KVM_X86_SETUP_MCE": 0x4008_ae9c, "KVM_X86_SET_MSR_FILTER": 0x4188_aec6,
    "SEV_ISSUE_CMD": 0xc010_5300,
  ]

  private static let capabilityNumbers: [String: Int64] = [
    "KVM_CAP_IRQCHIP": 0, "KVM_CAP_USER_MEMORY": 3, "KVM_CAP_SET_TSS_ADDR": 4,
    "KVM_CAP_EXT_CPUID": 7, "KVM_CAP_NR_VCPUS": 9, "KVM_CAP_NR_MEMSLOTS": 10,
    "KVM_CAP_MP_STATE": 14, "KVM_CAP_COALESCED_MMIO": 15, "KVM_CAP_SYNC_MMU": 16,
    "KVM_CAP_DESTROY_MEMORY_REGION_WORKS": 21, "KVM_CAP_SET_GUEST_DEBUG": 23,
    "KVM_CAP_IRQ_ROUTING": 25, "KVM_CAP_IRQ_INJECT_STATUS": 26,
    "KVM_CAP_JOIN_MEMORY_REGIONS_WORKS": 30, "KVM_CAP_MCE": 31, "KVM_CAP_IRQFD": 32,
    "KVM_CAP_PIT2": 33, "KVM_CAP_PIT_STATE2": 35, "KVM_CAP_IOEVENTFD": 36,
    "KVM_CAP_SET_IDENTITY_MAP_ADDR": 37, "KVM_CAP_ADJUST_CLOCK": 39,
    "KVM_CAP_INTERNAL_ERROR_DATA": 40, "KVM_CAP_VCPU_EVENTS": 41, "KVM_CAP_HYPERV": 44,
    "KVM_CAP_DEBUGREGS": 50, "KVM_CAP_X86_ROBUST_SINGLESTEP": 51, "KVM_CAP_XSAVE": 55,
    "KVM_CAP_XCRS": 56, "KVM_CAP_TSC_CONTROL": 60, "KVM_CAP_GET_TSC_KHZ": 61,
    "KVM_CAP_MAX_VCPUS": 66, "KVM_CAP_TSC_DEADLINE_TIMER": 72, "KVM_CAP_PCI_2_3": 75,
    "KVM_CAP_KVMCLOCK_CTRL": 76, "KVM_CAP_SIGNAL_MSI": 77, "KVM_CAP_READONLY_MEM": 81,
    "KVM_CAP_IRQFD_RESAMPLE": 82, "KVM_CAP_VM_ATTRIBUTES": 101, "KVM_CAP_X86_SMM": 117,
    "KVM_CAP_MULTI_ADDRESS_SPACE": 118, "KVM_CAP_SPLIT_IRQCHIP": 121,
    "KVM_CAP_IOEVENTFD_ANY_LENGTH": 122, "KVM_CAP_MAX_VCPU_ID": 128,
    "KVM_CAP_IMMEDIATE_EXIT": 136, "KVM_CAP_HYPERV_VP_INDEX": 149,
    "KVM_CAP_GET_MSR_FEATURES": 153, "KVM_CAP_NESTED_STATE": 157, "KVM_CAP_COALESCED_PIO": 162,
    "KVM_CAP_EXCEPTION_PAYLOAD": 164, "KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2": 168,
    "KVM_CAP_X86_USER_SPACE_MSR": 188, "KVM_CAP_SET_GUEST_DEBUG2": 195, "KVM_CAP_SREGS2": 200,
    "KVM_CAP_EXIT_HYPERCALL": 201, "KVM_CAP_BINARY_STATS_FD": 203, "KVM_CAP_XSAVE2": 208,
    "KVM_CAP_SYS_ATTRIBUTES": 209, "KVM_CAP_PMU_CAPABILITY": 212,
    "KVM_CAP_DISABLE_QUIRKS2": 213, "KVM_CAP_X86_TRIPLE_FAULT_EVENT": 218,
    "KVM_CAP_X86_NOTIFY_VMEXIT": 219, "KVM_CAP_USER_MEMORY2": 231,
    "KVM_CAP_MEMORY_FAULT_INFO": 232, "KVM_CAP_MEMORY_ATTRIBUTES": 233,
    "KVM_CAP_GUEST_MEMFD": 234, "KVM_CAP_VM_TYPES": 235, "KVM_CAP_PRE_FAULT_MEMORY": 236,
    "KVM_CAP_X86_APIC_BUS_CYCLES_NS": 237, "KVM_CAP_GUEST_MEMFD_FLAGS": 244,
  ]
}

extension SentCalls.Call {
  /// Whether the number is the one of a sub-command of a call.
  fileprivate func isCommand(of call: String) -> Bool { self.call == call && field == "command" }
}
