package import LodgeModel

extension Platform {
  /// What `KVM_GET_SUPPORTED_CPUID` answers on this processor, in the kernel's order.
  ///
  /// Features that no supported kernel passes on are left out, and those that one of a version does
  /// not pass on yet; without a version, none of the latter. The types are the kinds of guest that
  /// kvm_amd has switched on: the bits of CPUID 0x8000001F follow from them.
  ///
  /// **Source:** arch/x86/kvm/cpuid.c, svm/svm.c and vmx/vmx.c, Linux 6.16.
  package func supportedCPUID(
    launching types: Set<DomainType>, by kernel: KernelVersion? = nil
  ) -> [CPUIDEntry] {
    SupportedCPUID(processor: processor, types: types, passedOn: PassedOn(by: kernel)).entries
  }
}

/// The walk of `kvm_dev_ioctl_get_cpuid` over the classes of functions.
private struct SupportedCPUID {
  let processor: Platform.Processor
  let types: Set<DomainType>
  let passedOn: PassedOn

  var entries: [CPUIDEntry] {
    answers(from: 0) + answers(from: 0x8000_0000)
      + Self.hypervisor.map { CPUIDEntry($0, isIndexed: false) }
  }

  /// All functions of a class: EAX of the first one says which is the last.
  private func answers(from first: UInt32) -> [CPUIDEntry] {
    let start = answers(to: first)
    // A table that claims more functions than any processor has must not cost hours.
    let last = min(start.first?.leaf.eax ?? first, first + 0xFF)
    guard last > first else { return start }
    return start + (first + 1...last).flatMap { answers(to: $0) }
  }

  private func answers(to function: UInt32) -> [CPUIDEntry] {
    let isIndexed = Self.indexed.contains(function)
    return leaves(of: function).map { CPUIDEntry($0, isIndexed: isIndexed) }
  }

  /// `cpuid_function_is_indexed`.
  private static let indexed: Set<UInt32> = [
    0x4, 0x7, 0xB, 0xD, 0xF, 0x10, 0x12, 0x14, 0x17, 0x18, 0x1D, 0x1E, 0x1F, 0x24, 0x8000_001D,
  ]

  /// `__do_cpuid_func`: KVM's answers to a function, one for each index.
  private func leaves(of function: UInt32) -> [CPUIDLeaf] {
    switch function {
    case 0x4, 0x8000_001D: caches(function)
    case 0x7: structuredFeatures
    case 0xD: extendedStates
    case 0x1D: processor.hasAMX ? host(function, upTo: host(function).eax) : [.empty(function)]
    case 0x1E: [processor.hasAMX ? host(function) : .empty(function)]
    default: [leaf(function)]
    }
  }

  private func host(_ function: UInt32, _ index: UInt32 = 0) -> CPUIDLeaf {
    processor.leaf(function, index) ?? .empty(function, index)
  }

  private func host(_ function: UInt32, upTo last: UInt32) -> [CPUIDLeaf] {
    (0...min(last, 0x3F)).map { host(function, $0) }
  }

  private func caches(_ function: UInt32) -> [CPUIDLeaf] {
    let all = host(function, upTo: 0x3F)
    let end = all.firstIndex { $0.eax & 0x1F == 0 } ?? all.count - 1
    return Array(all[...end])
  }

  private var structuredFeatures: [CPUIDLeaf] {
    var first = masked(host(7))
    first.ebx |= 1 << 1  // TSC_ADJUST, which KVM emulates.
    first.edx |= 1 << 29 | speculationOfAMD  // ARCH_CAPABILITIES likewise.
    first.eax = min(host(7).eax, 2)
    return [first] + host(7, upTo: first.eax).dropFirst().map(masked)
  }

  /// Intel's bits for what AMD has its own for: SPEC_CTRL, STIBP, SSBD.
  private var speculationOfAMD: UInt32 {
    let own = host(0x8000_0008).ebx
    guard processor.vendor == .amd else { return 0 }
    return (own & 1 << 30 != 0 && own & 1 << 12 != 0 && own & 1 << 14 != 0 ? 1 << 26 : 0)
      | (own & 1 << 15 != 0 ? 1 << 27 : 0) | (own & 1 << 24 != 0 ? 1 << 31 : 0)
  }

  private var extendedStates: [CPUIDLeaf] {
    // KVM_SUPPORTED_XCR0, without MPX, which Linux no longer saves, and AMX, which a process has
    // to ask for first: arch_prctl(2), ARCH_REQ_XCOMP_GUEST_PERM.
    let states = processor.xcr0 & 0x2E7
    let parts = (2..<63).filter { states >> $0 & 1 != 0 }.map { host(0xD, UInt32($0)) }
    var (sizes, features) = (host(0xD), masked(host(0xD, 1)))
    (sizes.eax, sizes.edx) = (UInt32(truncatingIfNeeded: states), UInt32(states >> 32))
    sizes.ebx = parts.map { $0.eax &+ $0.ebx }.reduce(576, max)
    sizes.ecx = sizes.ebx
    features.ebx =
      features.eax & (1 << 1 | 1 << 3) == 0
      ? 0 : parts.reduce(576) { ($1.ecx & 2 != 0 ? ($0 &+ 63) & ~63 : $0) &+ $1.eax }
    return [sizes, features]
      + parts.map { part in
        var part = part
        part.edx = 0
        return part
      }
  }

  /// A function that has one answer.
  private func leaf(_ function: UInt32) -> CPUIDLeaf {
    var leaf = masked(host(function))
    switch function {
    case 0x0: leaf.eax = min(leaf.eax, passedOn.lastBasic)
    case 0x1: leaf.ecx |= Self.emulated
    case 0x6: leaf = CPUIDLeaf(6, 0, eax: 4, ebx: 0, ecx: 0, edx: 0)  // ARAT
    case 0xB, 0x1F: (leaf.eax, leaf.ebx, leaf.ecx) = (0, 0, 0)
    case 0x8000_0000: leaf.eax = extendedLimit(leaf.eax)
    case 0x8000_0006: leaf.edx &= ~(0x3 << 16)
    case 0x8000_0008: widths(&leaf)
    case 0x8000_000A: leaf = nestedSVM(leaf)
    case 0x8000_001A: leaf = CPUIDLeaf(function, 0, eax: leaf.eax & 7, ebx: 0, ecx: 0, edx: 0)
    case 0x8000_001F: leaf = memoryEncryption(leaf)
    case 0x8000_0021: synthesize(&leaf)
    case 0x2, 0x8000_0001...0x8000_0005, 0x8000_0007, 0x8000_0019, 0x8000_0022: break
    case 0xA: leaf = performanceMonitoring(leaf)
    default: leaf = .empty(function)
    }
    return leaf
  }

  /// X2APIC, TSC_DEADLINE_TIMER and HYPERVISOR in ECX of function 1: KVM's own.
  private static let emulated: UInt32 = 1 << 21 | 1 << 24 | 1 << 31

  private func extendedLimit(_ host: UInt32) -> UInt32 {
    host >= 0x8000_001D ? max(min(host, passedOn.lastExtended), 0x8000_0021) : host
  }

  private func widths(_ leaf: inout CPUIDLeaf) {
    let (physical, linear) = (UInt32(processor.physicalBits), UInt32(processor.linearBits))
    // Without a fifth level of nested page tables the guest addresses no more than 48 bits.
    let guest = linear > 48 ? physical : min(physical, 48)
    leaf.eax = physical | max(linear, 48) << 8 | guest << 16
    leaf.ecx &= ~(0xFFFF << 16 | 0xF << 8)
    leaf.edx = 0
    guard processor.vendor == .intel else { return }
    // AMD's words for what Intel has its own bits for: IBPB, IBRS, STIBP, SSBD.
    let own = host(7).edx
    leaf.ebx |= own & 1 << 26 != 0 ? 1 << 12 | 1 << 14 : 0
    leaf.ebx |= own & 1 << 27 != 0 ? 1 << 15 : 0
    leaf.ebx |= own & 1 << 31 != 0 ? 1 << 24 : 0
  }

  private func nestedSVM(_ leaf: CPUIDLeaf) -> CPUIDLeaf {
    guard host(0x8000_0001).ecx & 1 << 2 != 0 else { return .empty(leaf.function) }
    return CPUIDLeaf(leaf.function, 0, eax: 1, ebx: 8, ecx: 0, edx: leaf.edx)
  }

  private func memoryEncryption(_ leaf: CPUIDLeaf) -> CPUIDLeaf {
    guard types.contains(.sev), processor.vendor == .amd else { return .empty(leaf.function) }
    var leaf = leaf
    let guests: UInt32 =
      1 << 1 | (types.contains(.sevES) ? 1 << 3 : 0) | (types.contains(.sevSNP) ? 1 << 4 : 0)
    // Of the host's own: SME and coherent caches.
    leaf.eax &= guests | 1 << 0 | 1 << 10
    leaf.ebx &= 0x3F
    return leaf
  }

  /// What Linux knows without the leaf: LFENCE serializes, SMM_CTL is absent, null selectors clear.
  private func synthesize(_ leaf: inout CPUIDLeaf) {
    leaf.ebx = 0
    leaf.edx = 0
    leaf.eax |= 1 << 2 | 1 << 9
    if host(1).eax >= Self.firstZen2 { leaf.eax |= 1 << 6 }
  }

  private static let firstZen2: UInt32 = 0x0083_0F00

  /// `kvm_pmu_cap`: version 2 with three fixed counters at most.
  private func performanceMonitoring(_ leaf: CPUIDLeaf) -> CPUIDLeaf {
    guard processor.vendor == .intel else { return .empty(leaf.function) }
    return CPUIDLeaf(
      leaf.function, 0, eax: leaf.eax & ~0xFF | min(leaf.eax & 0xFF, 2), ebx: leaf.ebx, ecx: 0,
      edx: leaf.edx & 0x1FE0 | min(leaf.edx & 0x1F, 3) | 1 << 15)
  }

  private func masked(_ leaf: CPUIDLeaf) -> CPUIDLeaf {
    guard let mask = passedOn.mask(of: leaf.function, leaf.index) else { return leaf }
    var masked = leaf
    for register in CPUIDLeaf.Register.allCases { masked[register] &= mask[register] }
    return masked
  }

  /// KVM_CPUID_SIGNATURE, and KVM_CPUID_FEATURES with what every host with cgroups has.
  private static let hypervisor = [
    CPUIDLeaf(
      0x4000_0000, 0, eax: 0x4000_0001, ebx: 0x4B4D_564B, ecx: 0x564B_4D56, edx: 0x4D),
    CPUIDLeaf(0x4000_0001, 0, eax: 0x0100_7EFB, ebx: 0, ecx: 0, edx: 0),
  ]
}

extension Platform.Processor {
  fileprivate var hasAMX: Bool { (leaf(7)?.edx ?? 0) & 1 << 24 != 0 }
}

extension CPUIDLeaf {
  fileprivate static func empty(_ function: UInt32, _ index: UInt32 = 0) -> CPUIDLeaf {
    CPUIDLeaf(function, index, eax: 0, ebx: 0, ecx: 0, edx: 0)
  }
}
