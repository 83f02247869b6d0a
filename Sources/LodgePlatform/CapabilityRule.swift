import LodgeModel

/// What KVM_CHECK_EXTENSION answers for one capability, and where the answer comes from.
package struct CapabilityRule: Equatable, Sendable {
  /// How an answer is found.
  package enum Answer: Equatable, Sendable {
    case value(Int64)
    /// The logical processors that are online.
    case processors
    /// The most vCPUs of a VM, times a factor.
    case maximumVCPUs(times: Int64)
    /// The most vCPUs of a TD.
    case maximumTDXVCPUs
    /// The mask of VM types.
    case vmTypes
    /// The exits that user space may switch off.
    case disableExits
    /// The quirks of this kernel that user space may switch off.
    case quirks
    /// The ways of using an x2APIC that user space may ask for.
    case x2APICFlags
    /// Bytes of the largest XSAVE area.
    case xsaveSize
    /// A value where the processor has a CPUID feature.
    case feature(CPUIDFeature, Int64)
    /// A value where an Intel processor has a secondary processor-based VM-execution control.
    case secondaryControl(bit: Int, Int64)
    /// A value where an AMD processor has a feature or an Intel one a secondary control.
    case featureOrControl(CPUIDFeature, bit: Int, Int64)
    /// Zero in any kernel: the platform model does not answer what would follow.
    case unmodelled(String)
  }

  /// VMs on which the answer is another than on /dev/kvm.
  package struct Exception: Equatable, Sendable {
    /// What those VMs have in common.
    package enum Trait: Sendable {
      case protectedState
      case privateMemory
      case sharedMemoryOnly
      case tdx

      /// Whether a type of VM has it.
      package func isIn(_ type: VMType) -> Bool {
        switch self {
        case .protectedState: type.hasProtectedState
        case .privateMemory: type.hasPrivateMemory
        case .sharedMemoryOnly: !type.hasPrivateMemory
        case .tdx: type == .tdx
        }
      }
    }

    package var trait: Trait
    /// The answer on those VMs.
    package var answer: Answer
    /// What the kernel must show for the answer to differ.
    package var needs: Witness

    package init(_ trait: Trait, _ answer: Answer, needs: Witness = .always) {
      (self.trait, self.answer, self.needs) = (trait, answer, needs)
    }
  }

  /// As in the headers, such as `KVM_CAP_VM_TYPES`.
  package var name: String
  package var number: UInt32
  package var answer: Answer
  /// What the kernel must show; else the answer is 0.
  package var needs: Witness
  package var exceptions: [Exception]

  package init(
    _ name: String, _ number: UInt32, _ answer: Answer = .value(1), needs: Witness = .always,
    onVMs exceptions: [Exception] = []
  ) {
    (self.name, self.number, self.answer) = ("KVM_CAP_\(name)", number, answer)
    (self.needs, self.exceptions) = (needs, exceptions)
  }

  /// The answer on /dev/kvm.
  package func answer(on host: Host) -> Int64 {
    needs.isSeen(in: host.kernel) ? answer.value(on: host) : 0
  }

  /// The answer on a VM of a type; nil where it is that of /dev/kvm.
  package func answer(for type: VMType, on host: Host) -> Int64? {
    guard needs.isSeen(in: host.kernel) else { return nil }
    return exceptions.first { $0.trait.isIn(type) && $0.needs.isSeen(in: host.kernel) }?
      .answer.value(on: host)
  }
}

/// A bit of CPUID that stands for a feature.
package struct CPUIDFeature: Equatable, Hashable, Sendable {
  package var function: UInt32
  package var index: UInt32
  package var register: CPUIDLeaf.Register
  package var bit: Int

  package init(
    _ function: UInt32, index: UInt32 = 0, _ register: CPUIDLeaf.Register, bit: Int
  ) {
    (self.function, self.index, self.register, self.bit) = (function, index, register, bit)
  }

  /// Whether a processor has it.
  package func isIn(_ processor: Platform.Processor) -> Bool {
    guard let leaf = processor.leaf(function, index) else { return false }
    return leaf[register] & 1 << UInt32(bit) != 0
  }
}

extension CapabilityRule.Answer {
  /// The number that a host gives.
  package func value(on host: Host) -> Int64 {
    let processor = host.platform.processor
    return switch self {
    case .value(let value): value
    case .processors: Int64(min(processor.count, host.maximumVCPUs))
    case .maximumVCPUs(let factor): Int64(host.maximumVCPUs) * factor
    case .maximumTDXVCPUs: Int64(host.maximumTDXVCPUs)
    case .vmTypes: host.vmTypes.reduce(0) { $0 | 1 << Int64($1.rawValue) }
    case .disableExits: Self.disableExits(on: host)
    case .quirks: Self.quirks(of: host.kernel)
    case .x2APICFlags: Self.x2APICFlags(of: host.kernel)
    case .xsaveSize: Self.xsaveSize(on: host)
    case .feature(let feature, let value): feature.isIn(processor) ? value : 0
    case .secondaryControl(let bit, let value):
      Self.hasSecondaryControl(bit, processor) ? value : 0
    case .featureOrControl(let feature, let bit, let value):
      switch processor.vendor {
      case .amd: feature.isIn(processor) ? value : 0
      case .intel: Self.hasSecondaryControl(bit, processor) ? value : 0
      }
    case .unmodelled: 0
    }
  }

  /// **Source:** `kvm_get_allowed_disable_exits`, arch/x86/kvm/x86.c, Linux 7.2.
  private static func disableExits(on host: Host) -> Int64 {
    let (mwait, halt, pause, sleep, aperf): (Int64, Int64, Int64, Int64, Int64) = (1, 2, 4, 8, 16)
    let processor = host.platform.processor
    var mask = pause
    if !host.parameters.isOn("mitigate_smt_rsb", of: "kvm") {
      let monitor = CPUIDFeature(1, .ecx, bit: 3)
      let steadyTimer = CPUIDFeature(6, .eax, bit: 2)
      mask |= halt | sleep
      if monitor.isIn(processor), steadyTimer.isIn(processor) { mask |= mwait }
    }
    let counts = Witness.macro("KVM_X86_DISABLE_EXITS_APERFMPERF", since: KernelVersion(6, 17))
    if counts.isSeen(in: host.kernel), CPUIDFeature(6, .ecx, bit: 0).isIn(processor) {
      mask |= aperf
    }
    return mask
  }

  /// **Source:** KVM_X86_VALID_QUIRKS, arch/x86/include/asm/kvm_host.h, Linux 6.1, 6.12 and 7.2,
  /// which in each is all KVM_X86_QUIRK_* of its headers.
  private static func quirks(of kernel: KernelFacts) -> Int64 {
    guard kernel.headersBelong else {
      return kernel.version < KernelVersion(6, 12) ? 0x7F : 0xFF
    }
    return kernel.headers.constants.reduce(0) { mask, constant in
      constant.key.hasPrefix("KVM_X86_QUIRK_") ? mask | constant.value : mask
    }
  }

  /// **Source:** KVM_X2APIC_API_VALID_FLAGS, arch/x86/kvm/x86.c, Linux 6.12 and 7.2; a VM without
  /// a split irqchip loses bit 2, which depends on its state and is not modelled.
  private static func x2APICFlags(of kernel: KernelFacts) -> Int64 {
    let broadcast = Witness.macro(
      "KVM_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST", since: KernelVersion(7, 0))
    return broadcast.isSeen(in: kernel) ? 0xF : 3
  }

  /// At least the 4096 bytes of `struct kvm_xsave`, at least what CPUID 0xD says.
  private static func xsaveSize(on host: Host) -> Int64 {
    let supported = host.platform.supportedCPUID(
      launching: host.launchable, by: host.kernel.version)
    let size = supported.first { $0.leaf.function == 0xD && $0.leaf.index == 0 }?.leaf.ecx
    return max(4096, Int64(size ?? 0))
  }

  /// IA32_VMX_PROCBASED_CTLS2, whose high half says what may be set.
  private static func hasSecondaryControl(_ bit: Int, _ processor: Platform.Processor) -> Bool {
    guard processor.vendor == .intel else { return false }
    return (processor.featureMSRs[0x48B] ?? 0) >> UInt64(32 + bit) & 1 == 1
  }
}
