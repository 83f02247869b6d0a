extension CapabilityRule {
  /// What QEMU 7.2 to 11.1 and libvirt ask of a kernel on x86-64, and what follows from it.
  ///
  /// A capability that is not here is 0: it is another architecture's, or nobody asks for it.
  ///
  /// **Source:** `kvm_vm_ioctl_check_extension_generic` in virt/kvm/kvm_main.c and
  /// `kvm_vm_ioctl_check_extension` in arch/x86/kvm/x86.c, read in Linux 6.1.176, 6.12.117 and
  /// 7.2.13; numbers from include/uapi/linux/kvm.h.
  package static let all: [CapabilityRule] =
    generic + interrupts + processorState + features + memory + typesOfVM + unmodelled

  /// The rule of a capability, by the name in the headers.
  package static func named(_ name: String) -> CapabilityRule? { all.first { $0.name == name } }

  /// virt/kvm/kvm_main.c: the same on every architecture.
  private static let generic: [CapabilityRule] = [
    CapabilityRule("USER_MEMORY", 3),
    CapabilityRule("NR_MEMSLOTS", 10, .value(32764)),
    CapabilityRule("COALESCED_MMIO", 15, .value(2)),
    CapabilityRule("SYNC_MMU", 16),
    CapabilityRule("DESTROY_MEMORY_REGION_WORKS", 21),
    CapabilityRule("IRQ_ROUTING", 25, .value(4096)),
    CapabilityRule("JOIN_MEMORY_REGIONS_WORKS", 30),
    CapabilityRule("IRQFD", 32),
    CapabilityRule("INTERNAL_ERROR_DATA", 40),
    CapabilityRule("ENABLE_CAP", 54),
    CapabilityRule("SIGNAL_MSI", 77),
    CapabilityRule("IRQFD_RESAMPLE", 82),
    CapabilityRule("DEVICE_CTRL", 89),
    CapabilityRule("ENABLE_CAP_VM", 98),
    CapabilityRule("CHECK_EXTENSION_VM", 105),
    CapabilityRule("IOEVENTFD_ANY_LENGTH", 122),
    CapabilityRule("IMMEDIATE_EXIT", 136),
    CapabilityRule("COALESCED_PIO", 162),
    CapabilityRule("MANUAL_DIRTY_LOG_PROTECT2", 168, .value(3)),
    CapabilityRule("HALT_POLL", 182),
    CapabilityRule("SYSTEM_EVENT_DATA", 215),
  ]

  /// arch/x86/kvm/x86.c: interrupts, timers and input/output.
  ///
  /// The PIT is CONFIG_KVM_IOAPIC's since 6.17.
  private static let interrupts: [CapabilityRule] = [
    CapabilityRule("IRQCHIP", 0),
    CapabilityRule("VAPIC", 6),
    CapabilityRule("CLOCKSOURCE", 8),
    CapabilityRule("PIT", 11, needs: .optionOrUnknown("KVM_IOAPIC")),
    CapabilityRule("NOP_IO_DELAY", 12),
    CapabilityRule("USER_NMI", 22),
    CapabilityRule("REINJECT_CONTROL", 24, needs: .optionOrUnknown("KVM_IOAPIC")),
    CapabilityRule("IRQ_INJECT_STATUS", 26),
    CapabilityRule("PIT2", 33, needs: .optionOrUnknown("KVM_IOAPIC")),
    CapabilityRule("PIT_STATE2", 35, needs: .optionOrUnknown("KVM_IOAPIC")),
    CapabilityRule("IOEVENTFD", 36),
    CapabilityRule("ADJUST_CLOCK", 39, .value(0xE)),
    CapabilityRule("PCI_SEGMENT", 47),
    CapabilityRule("TSC_DEADLINE_TIMER", 72),
    CapabilityRule("KVMCLOCK_CTRL", 76),
    CapabilityRule("IOAPIC_POLARITY_IGNORED", 97),
    CapabilityRule("IOEVENTFD_NO_LENGTH", 100),
    CapabilityRule("SPLIT_IRQCHIP", 121),
    CapabilityRule("X86_APIC_BUS_CYCLES_NS", 237, needs: .preFault),
  ]

  /// arch/x86/kvm/x86.c: vCPUs and their state.
  private static let processorState: [CapabilityRule] = [
    CapabilityRule("HLT", 1),
    CapabilityRule("MMU_SHADOW_CACHE_CONTROL", 2),
    CapabilityRule("SET_TSS_ADDR", 4),
    CapabilityRule("EXT_CPUID", 7),
    CapabilityRule("NR_VCPUS", 9, .processors),
    CapabilityRule("MP_STATE", 14),
    CapabilityRule("SET_GUEST_DEBUG", 23),
    CapabilityRule("MCE", 31, .value(32)),
    CapabilityRule("SET_BOOT_CPU_ID", 34),
    CapabilityRule("SET_IDENTITY_MAP_ADDR", 37),
    CapabilityRule("VCPU_EVENTS", 41),
    CapabilityRule("DEBUGREGS", 50),
    CapabilityRule("X86_ROBUST_SINGLESTEP", 51),
    CapabilityRule("XSAVE", 55),
    CapabilityRule("XCRS", 56, .feature(.xsave, 1)),
    CapabilityRule("ASYNC_PF", 59),
    CapabilityRule("TSC_CONTROL", 60, .featureOrControl(.svmTSCRate, bit: 25, 1)),
    CapabilityRule("GET_TSC_KHZ", 61),
    CapabilityRule(
      "MAX_VCPUS", 66, .maximumVCPUs(times: 1),
      onVMs: [Exception(.tdx, .maximumTDXVCPUs)]),
    CapabilityRule(
      "SYNC_REGS", 74, .value(7),
      onVMs: [Exception(.protectedState, .value(0), needs: .memoryRegion2)]),
    CapabilityRule("EXT_EMUL_CPUID", 95),
    CapabilityRule("VCPU_ATTRIBUTES", 127),
    CapabilityRule("MAX_VCPU_ID", 128, .maximumVCPUs(times: 4)),
    CapabilityRule("X2APIC_API", 129, .x2APICFlags),
    CapabilityRule("GET_MSR_FEATURES", 153),
    CapabilityRule("EXCEPTION_PAYLOAD", 164),
    CapabilityRule("ASYNC_PF_INT", 183),
    CapabilityRule("LAST_CPU", 184),
    CapabilityRule("SREGS2", 200),
    CapabilityRule("XSAVE2", 208, .xsaveSize),
    CapabilityRule("SYS_ATTRIBUTES", 209),
    CapabilityRule("VM_TSC_CONTROL", 214, .featureOrControl(.svmTSCRate, bit: 25, 1)),
    CapabilityRule("X86_TRIPLE_FAULT_EVENT", 218),
    CapabilityRule("X86_GUEST_MODE", 238, needs: .preFault),
  ]

  /// arch/x86/kvm/x86.c: what user space may switch on or off.
  private static let features: [CapabilityRule] = [
    CapabilityRule("DISABLE_QUIRKS", 116),
    CapabilityRule("X86_DISABLE_EXITS", 143, .disableExits),
    CapabilityRule("MSR_PLATFORM_INFO", 159),
    CapabilityRule("STEAL_TIME", 187, needs: .option("SCHED_INFO")),
    CapabilityRule("X86_USER_SPACE_MSR", 188),
    CapabilityRule("X86_MSR_FILTER", 189),
    CapabilityRule("ENFORCE_PV_FEATURE_CPUID", 190),
    CapabilityRule("X86_BUS_LOCK_EXIT", 193, .secondaryControl(bit: 30, 3)),
    CapabilityRule("VM_COPY_ENC_CONTEXT_FROM", 197),
    CapabilityRule("EXIT_HYPERCALL", 201, .value(1 << 12)),
    CapabilityRule("EXIT_ON_EMULATION_FAILURE", 204),
    CapabilityRule("VM_MOVE_ENC_CONTEXT_FROM", 206),
    CapabilityRule("DISABLE_QUIRKS2", 213, .quirks),
    CapabilityRule("X86_NOTIFY_VMEXIT", 219, .secondaryControl(bit: 31, 1)),
    CapabilityRule("VM_DISABLE_NX_HUGE_PAGES", 220),
  ]

  /// Memory: what KVM answers on a VM follows from its type since there are types.
  ///
  /// X86_SMM alone follows from what became of the VM: the platform model answers 0 on one that is
  /// SEV-ES or SNP by then (`svm_has_emulated_msr`, arch/x86/kvm/svm/svm.c).
  private static let memory: [CapabilityRule] = [
    CapabilityRule(
      "READONLY_MEM", 81,
      onVMs: [Exception(.protectedState, .value(0), needs: .memoryRegion2)]),
    CapabilityRule(
      "X86_SMM", 117, needs: .optionOrUnknown("KVM_SMM"),
      onVMs: [Exception(.tdx, .value(0))]),
    CapabilityRule(
      "MULTI_ADDRESS_SPACE", 118, .value(2), needs: .optionOrUnknown("KVM_SMM"),
      onVMs: [Exception(.privateMemory, .value(1))]),
    CapabilityRule("USER_MEMORY2", 231, needs: .memoryRegion2),
    CapabilityRule("MEMORY_FAULT_INFO", 232, needs: .memoryRegion2),
    CapabilityRule(
      "MEMORY_ATTRIBUTES", 233, .value(8), needs: .memoryAttributes,
      onVMs: [Exception(.sharedMemoryOnly, .value(0))]),
    CapabilityRule(
      "GUEST_MEMFD", 234, needs: .guestMemfd,
      onVMs: [
        Exception(.sharedMemoryOnly, .value(1), needs: .guestMemfdFlags),
        Exception(.sharedMemoryOnly, .value(0)),
      ]),
    CapabilityRule("PRE_FAULT_MEMORY", 236, needs: .preFault),
    CapabilityRule(
      "GUEST_MEMFD_FLAGS", 244, .value(3), needs: .guestMemfdFlags,
      onVMs: [Exception(.privateMemory, .value(1))]),
  ]

  private static let typesOfVM: [CapabilityRule] = [
    CapabilityRule("VM_TYPES", 235, .vmTypes, needs: .memoryRegion2)
  ]

  /// Kernels have these; the platform model does not answer the calls that follow from them, so
  /// that no user space is led there.
  private static let unmodelled: [CapabilityRule] = [
    CapabilityRule("XEN_HVM", 38, .unmodelled("Xen guests")),
    CapabilityRule("HYPERV", 44, .unmodelled("Hyper-V enlightenments")),
    CapabilityRule("HYPERV_VAPIC", 45, .unmodelled("Hyper-V enlightenments")),
    CapabilityRule("HYPERV_SPIN", 46, .unmodelled("Hyper-V enlightenments")),
    CapabilityRule("HYPERV_TIME", 96, .unmodelled("Hyper-V enlightenments")),
    CapabilityRule("HYPERV_SYNIC", 123, .unmodelled("Hyper-V enlightenments")),
    CapabilityRule("HYPERV_SYNIC2", 148, .unmodelled("Hyper-V enlightenments")),
    CapabilityRule("HYPERV_VP_INDEX", 149, .unmodelled("Hyper-V enlightenments")),
    CapabilityRule("NESTED_STATE", 157, .unmodelled("state of nested guests")),
    CapabilityRule("HYPERV_CPUID", 167, .unmodelled("Hyper-V enlightenments")),
    CapabilityRule("SYS_HYPERV_CPUID", 191, .unmodelled("Hyper-V enlightenments")),
    CapabilityRule("PMU_EVENT_FILTER", 173, .unmodelled("event filters")),
    CapabilityRule("DIRTY_LOG_RING", 192, .unmodelled("dirty rings")),
    CapabilityRule("SET_GUEST_DEBUG2", 195, .unmodelled("debugging of guests")),
    CapabilityRule("SGX_ATTRIBUTE", 196, .unmodelled("SGX guests")),
    CapabilityRule("BINARY_STATS_FD", 203, .unmodelled("statistics")),
    CapabilityRule("PMU_CAPABILITY", 212, .unmodelled("switching off the PMU")),
    CapabilityRule("DIRTY_LOG_RING_ACQ_REL", 223, .unmodelled("dirty rings")),
    CapabilityRule("DIRTY_LOG_RING_WITH_BITMAP", 225, .unmodelled("dirty rings")),
    CapabilityRule("PMU_EVENT_MASKED_EVENTS", 226, .unmodelled("event filters")),
  ]
}

extension CPUIDFeature {
  fileprivate static let xsave = CPUIDFeature(1, .ecx, bit: 26)
  fileprivate static let svmTSCRate = CPUIDFeature(0x8000_000A, .edx, bit: 4)
}
