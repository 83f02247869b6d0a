extension MSRRule {
  /// What KVM_GET_MSR_INDEX_LIST names, in the kernel's order; Hyper-V's and Intel PT's left out.
  ///
  /// **Source:** `msrs_to_save_base`, `msrs_to_save_pmu`, `emulated_msrs_all` and
  /// `kvm_probe_msr_to_save`, arch/x86/kvm/x86.c, Linux 6.1.176, 6.12.117 and 7.2.13; values from
  /// `kvm_arch_vcpu_create` and `kvm_vcpu_reset` there.
  package static let all: [MSRRule] =
    [registers, extended, branches, intelCounters, amdCounters, emulated, nestedVMX, last]
    .flatMap(\.self)

  /// What KVM_GET_MSR_FEATURE_INDEX_LIST names, with what the processor says of it.
  ///
  /// **Source:** `msr_based_features_all_except_vmx`, `kvm_get_feature_msr` and
  /// KVM_FIRST_EMULATED_VMX_MSR, arch/x86/kvm/x86.c, Linux 6.12.117 and 7.2.13.
  package static let features: [MSRRule] =
    rules(0x480...0x491, .vendor(.intel), .featureMSR(or: 0)) + [
      MSRRule(0xC001_1029, .vendor(.amd), .featureMSR(or: 2)),  // MSR_AMD64_DE_CFG
      MSRRule(0x8B, .always, .featureMSR(or: 0)),  // MSR_IA32_UCODE_REV
      MSRRule(0x10A, .always, .featureMSR(or: 1 << 6)),  // MSR_IA32_ARCH_CAPABILITIES
      MSRRule(0x345, .always, .featureMSR(or: 0)),  // MSR_IA32_PERF_CAPABILITIES
      MSRRule(0xCE, since(6, 13), .value(1 << 31)),  // MSR_PLATFORM_INFO
    ]

  private static let registers: [MSRRule] = [
    MSRRule(0x174),  // MSR_IA32_SYSENTER_CS
    MSRRule(0x175),  // MSR_IA32_SYSENTER_ESP
    MSRRule(0x176),  // MSR_IA32_SYSENTER_EIP
    MSRRule(0xC000_0081),  // MSR_STAR
    MSRRule(0xC000_0083),  // MSR_CSTAR
    MSRRule(0xC000_0102),  // MSR_KERNEL_GS_BASE
    MSRRule(0xC000_0084),  // MSR_SYSCALL_MASK
    MSRRule(0xC000_0082),  // MSR_LSTAR
    MSRRule(0x10),  // MSR_IA32_TSC
    MSRRule(0x277, .always, .value(0x0007_0406_0007_0406)),  // MSR_IA32_CR_PAT
    MSRRule(0xC001_0117, .vendor(.amd)),  // MSR_VM_HSAVE_PA
    MSRRule(0x3A, .vendor(.intel)),  // MSR_IA32_FEAT_CTL
    MSRRule(0xC000_0103, .any([.feature(.rdtscp), .feature(.rdpid)])),  // MSR_TSC_AUX
    MSRRule(0x48, .any([.feature(.specCtrl), .feature(.amdIBRS)])),  // MSR_IA32_SPEC_CTRL
  ]

  private static let extended: [MSRRule] =
    [
      MSRRule(0x122, .all([.architecturalCapability(bit: 7), since(6, 4)])),  // IA32_TSX_CTRL
      MSRRule(0xE1, .all([.vendor(.intel), .feature(.waitpkg)])),  // IA32_UMWAIT_CONTROL
      MSRRule(0x1C4, .feature(.xfd)),  // MSR_IA32_XFD
      MSRRule(0x1C5, .feature(.xfd)),  // MSR_IA32_XFD_ERR
      MSRRule(0xDA0, .all([.cet, since(6, 18)])),  // MSR_IA32_XSS
      MSRRule(0x6A0, .all([.cet, since(6, 18)])),  // MSR_IA32_U_CET
      MSRRule(0x6A2, .all([.cet, since(6, 18)])),  // MSR_IA32_S_CET
    ]
    // MSR_IA32_PL0_SSP to MSR_IA32_INT_SSP_TAB
    + rules(0x6A4...0x6A8, .all([.feature(.shadowStack), since(6, 18)]))

  /// MSR_IA32_DEBUGCTLMSR and the last branches.
  private static let branches: [MSRRule] =
    rules(0x1D9...0x1D9, since(6, 12)) + rules(0x1DB...0x1DE, since(6, 12))

  private static let intelCounters: [MSRRule] =
    rules(0x309...0x30B, .counters(atLeast: 1))  // MSR_ARCH_PERFMON_FIXED_CTR0
    // MSR_CORE_PERF_*; kernels after 6.1 take 0x390, GLOBAL_OVF_CTRL, without listing it.
    + rules(0x38D...0x390, .counters(atLeast: 1))
    + [0x3F1, 0x600, 0x3F2].map { MSRRule($0, .pebs) }  // PEBS_ENABLE, DS_AREA, PEBS_DATA_CFG
    + (0..<8).map { MSRRule(0xC1 + $0, .counters(atLeast: Int($0) + 1)) }  // _PERFCTR0
    + (0..<8).map { MSRRule(0x186 + $0, .counters(atLeast: Int($0) + 1)) }  // _EVENTSEL0

  private static let amdCounters: [MSRRule] =
    rules(0xC001_0000...0xC001_0007, .vendor(.amd))  // MSR_K7_EVNTSEL0, MSR_K7_PERFCTR0
    + rules(0xC001_0200...0xC001_020B, .all([.vendor(.amd), .feature(.amdCounters)]))
    + rules(0xC000_0300...0xC000_0303, .all([.feature(.amdCounters2), since(6, 5)]))

  private static let emulated: [MSRRule] = [
    MSRRule(0x12),  // MSR_KVM_SYSTEM_TIME
    MSRRule(0x11),  // MSR_KVM_WALL_CLOCK
    MSRRule(0x4B56_4D01),  // MSR_KVM_SYSTEM_TIME_NEW
    MSRRule(0x4B56_4D00),  // MSR_KVM_WALL_CLOCK_NEW
    MSRRule(0x4B56_4D02),  // MSR_KVM_ASYNC_PF_EN
    MSRRule(0x4B56_4D03),  // MSR_KVM_STEAL_TIME
    MSRRule(0x4B56_4D04),  // MSR_KVM_PV_EOI_EN
    MSRRule(0x4B56_4D06),  // MSR_KVM_ASYNC_PF_INT
    MSRRule(0x4B56_4D07),  // MSR_KVM_ASYNC_PF_ACK
    MSRRule(0x3B),  // MSR_IA32_TSC_ADJUST
    MSRRule(0x6E0),  // MSR_IA32_TSC_DEADLINE
    MSRRule(0x10A, .always, .featureMSR(or: 1 << 6)),  // MSR_IA32_ARCH_CAPABILITIES
    MSRRule(0x345, .always, .featureMSR(or: 0)),  // MSR_IA32_PERF_CAPABILITIES
    MSRRule(0x1A0, .always, .value(0x1800)),  // MSR_IA32_MISC_ENABLE
    MSRRule(0x17A),  // MSR_IA32_MCG_STATUS
    MSRRule(0x17B),  // MSR_IA32_MCG_CTL
    MSRRule(0x4D0, .vendor(.intel)),  // MSR_IA32_MCG_EXT_CTL
    MSRRule(0x9E, .witness(.optionOrUnknown("KVM_SMM")), .value(0x3_0000)),  // MSR_IA32_SMBASE
    MSRRule(0x34),  // MSR_SMI_COUNT
    MSRRule(0xCE, .always, .value(1 << 31)),  // MSR_PLATFORM_INFO
    MSRRule(0x140),  // MSR_MISC_FEATURES_ENABLES
    MSRRule(0xC001_011F, .vendor(.amd)),  // MSR_AMD64_VIRT_SPEC_CTRL
    MSRRule(0xC000_0104, .vendor(.amd), .value(1 << 32)),  // MSR_AMD64_TSC_RATIO
    MSRRule(0x1FC),  // MSR_IA32_POWER_CTL
    MSRRule(0x8B, .always, .featureMSR(or: 0)),  // MSR_IA32_UCODE_REV
  ]

  /// The MSRs of VMX that are not worked out of others.
  private static let nestedVMX: [MSRRule] = [
    0x480, 0x48D, 0x48E, 0x48F, 0x490, 0x485, 0x486, 0x488, 0x48A, 0x48B, 0x48C, 0x491,
  ].map { MSRRule($0, .vendor(.intel), .featureMSR(or: 0)) }

  private static let last: [MSRRule] = [
    MSRRule(0xC001_0015),  // MSR_K7_HWCR
    MSRRule(0x4B56_4D05, .always, .value(1)),  // MSR_KVM_POLL_CONTROL
  ]

  private static func rules(
    _ indices: ClosedRange<UInt32>, _ condition: Condition, _ reset: Reset = .value(0)
  ) -> [MSRRule] {
    indices.map { MSRRule($0, condition, reset) }
  }

  private static func since(_ major: Int, _ minor: Int) -> Condition {
    .witness(.release(KernelVersion(major, minor)))
  }
}

extension MSRRule.Condition {
  /// Precise event-based sampling that guests may use: PERF_CAP_PEBS_BASELINE.
  fileprivate static let pebs = all([.counters(atLeast: 1), .performanceCapability(bit: 14)])
  /// Shadow stacks or indirect branch tracking.
  fileprivate static let cet = any([.feature(.shadowStack), .feature(.branchTracking)])
}

extension CPUIDFeature {
  fileprivate static let rdtscp = CPUIDFeature(0x8000_0001, .edx, bit: 27)
  fileprivate static let rdpid = CPUIDFeature(7, .ecx, bit: 22)
  fileprivate static let waitpkg = CPUIDFeature(7, .ecx, bit: 5)
  fileprivate static let shadowStack = CPUIDFeature(7, .ecx, bit: 7)
  fileprivate static let specCtrl = CPUIDFeature(7, .edx, bit: 26)
  fileprivate static let branchTracking = CPUIDFeature(7, .edx, bit: 20)
  fileprivate static let amdIBRS = CPUIDFeature(0x8000_0008, .ebx, bit: 14)
  fileprivate static let xfd = CPUIDFeature(0xD, index: 1, .eax, bit: 4)
  fileprivate static let amdCounters = CPUIDFeature(0x8000_0001, .ecx, bit: 23)
  fileprivate static let amdCounters2 = CPUIDFeature(0x8000_0022, .eax, bit: 0)
}
