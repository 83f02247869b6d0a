/// The feature bits that a kernel's KVM passes on where the processor has them.
///
/// **Source:** `kvm_set_cpu_caps` in arch/x86/kvm/cpuid.c with `svm_set_cpu_caps` and
/// `vmx_set_cpu_caps` for nested guests and a PMU, Linux 6.16.
struct PassedOn {
  /// Nil for a kernel that lacks nothing of what is here.
  private let kernel: KernelVersion?

  init(by kernel: KernelVersion?) { self.kernel = kernel }

  /// A question to CPUID.
  struct Key: Hashable {
    let function: UInt32
    let index: UInt32

    init(_ function: UInt32, _ index: UInt32 = 0) {
      (self.function, self.index) = (function, index)
    }
  }

  /// The bits by question; registers that hold numbers are passed on whole.
  private static let masks: [Key: CPUIDLeaf] = [
    Key(0x1): mask(
      ecx: [0, 1, 5, 9, 12, 13, 15, 17, 19, 20, 22, 23, 25, 26, 28, 29, 30],
      edx: Array(0...9) + Array(11...17) + [19, 23, 24, 25, 26, 27]),
    Key(0x7): mask(
      ebx: Array(0...11) + [13] + Array(16...21) + [23, 24] + Array(26...31),
      ecx: [1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 14, 16, 22, 24, 25, 27, 28, 30],
      edx: [2, 3, 4, 8, 10, 14, 16, 22, 23, 24, 25, 26, 27, 28, 29, 31]),
    Key(0x7, 1): mask(
      eax: [0, 1, 2, 4, 5, 7, 10, 11, 12, 19, 21, 23, 26], ebx: [], ecx: [],
      edx: [4, 5, 8, 10, 14, 19]),
    Key(0x7, 2): mask(eax: [], ebx: [], ecx: [], edx: Array(0...5)),
    Key(0xD, 1): mask(eax: Array(0...4), ecx: [], edx: []),
    Key(0x8000_0001): mask(
      ebx: Array(0...15) + Array(28...31),
      ecx: [0, 1, 2, 4, 5, 6, 7, 8, 9, 11, 16, 21, 22, 23],
      edx: Array(0...9) + Array(11...17) + [20, 22, 23, 24, 25, 26, 27, 29, 30, 31]),
    Key(0x8000_0007): mask(eax: [], ebx: [], ecx: [], edx: [8]),
    Key(0x8000_0008): mask(ebx: [0, 2, 9, 12, 14, 15, 17, 19, 24, 25, 26, 28, 30]),
    Key(0x8000_000A): mask(edx: [0, 1, 3, 4, 5, 6, 10, 12, 15, 16, 25, 28]),
    Key(0x8000_0019): mask(ecx: [], edx: []),
    Key(0x8000_0021): mask(
      eax: [0, 1, 2, 5, 6, 8, 9, 20, 27, 28, 29, 30], ebx: [], ecx: [1, 2], edx: []),
    Key(0x8000_0022): mask(eax: [0], ebx: Array(0...3), ecx: [], edx: []),
  ]

  /// Bits that kernels before a release keep from guests.
  ///
  /// **Source:** arch/x86/kvm/cpuid.c and `svm_set_cpu_caps`, Linux 6.1.176, 6.12.117 and 7.2.13:
  /// each bit is in the later ones alone. Releases between these are from upstream's history.
  private static let late: [(since: KernelVersion, key: Key, bits: CPUIDLeaf)] = [
    // CMPCCXADD, AMX_FP16, AVX_IFMA; AVX_VNNI_INT8, AVX_NE_CONVERT, PREFETCHITI
    (KernelVersion(6, 2), Key(0x7, 1), bits(eax: [7, 21, 23], edx: [4, 5, 14])),
    (KernelVersion(6, 3), Key(0x7, 1), bits(eax: [10, 11, 12])),  // FZRM, FSRS, FSRC
    (KernelVersion(6, 3), Key(0x8000_0021), bits(eax: [8])),  // AUTOIBRS
    (KernelVersion(6, 4), Key(0x7), bits(edx: [28])),  // FLUSH_L1D
    (KernelVersion(6, 4), Key(0x8000_000A), bits(edx: [25])),  // VNMI
    (KernelVersion(6, 5), Key(0x7, 1), bits(edx: [8])),  // AMX_COMPLEX
    (KernelVersion(6, 5), Key(0x8000_0022), bits(eax: [0], ebx: [0, 1, 2, 3])),  // PERFMON_V2
    (KernelVersion(6, 7), Key(0x8000_000A), bits(edx: [6])),  // FLUSHBYASID
    (KernelVersion(6, 8), Key(0x7, 1), bits(eax: [26])),  // LAM
    // WRMSR_XX_BASE_NS, SBPB, IBPB_BRTYPE, SRSO_USER_KERNEL_NO
    (KernelVersion(6, 12), Key(0x8000_0021), bits(eax: [1, 27, 28, 30])),
    (KernelVersion(6, 12), Key(0x7, 1), bits(edx: [19])),  // AVX10
    // SHA512, SM3, SM4; AVX_VNNI_INT16
    (KernelVersion(6, 14), Key(0x7, 1), bits(eax: [0, 1, 2], edx: [10])),
    (KernelVersion(6, 16), Key(0x7, 1), bits(eax: [19])),  // WRMSRNS
    (KernelVersion(6, 16), Key(0x8000_0021), bits(eax: [20])),  // PREFETCHI
  ]

  /// The bits of an answer that are passed on; nil for one that is passed on whole.
  func mask(of function: UInt32, _ index: UInt32) -> CPUIDLeaf? {
    let key = Key(function, index)
    guard var mask = Self.masks[key] else { return nil }
    for late in Self.late where late.key == key && isBefore(late.since) {
      for register in CPUIDLeaf.Register.allCases { mask[register] &= ~late.bits[register] }
    }
    return mask
  }

  /// The last basic function: 0x24 tells of AVX10.
  var lastBasic: UInt32 { isBefore(KernelVersion(6, 12)) ? 0x1F : 0x24 }

  /// The last extended function: 0x80000022 tells of PERFMON_V2.
  var lastExtended: UInt32 { isBefore(KernelVersion(6, 5)) ? 0x8000_0021 : 0x8000_0022 }

  private func isBefore(_ release: KernelVersion) -> Bool { kernel.map { $0 < release } ?? false }

  private static func bits(eax: [Int] = [], ebx: [Int] = [], edx: [Int] = []) -> CPUIDLeaf {
    mask(eax: eax, ebx: ebx, ecx: [], edx: edx)
  }

  private static func mask(
    eax: [Int]? = nil, ebx: [Int]? = nil, ecx: [Int]? = nil, edx: [Int]? = nil
  ) -> CPUIDLeaf {
    func word(_ bits: [Int]?) -> UInt32 { bits.map { $0.reduce(0) { $0 | 1 << $1 } } ?? .max }
    return CPUIDLeaf(0, 0, eax: word(eax), ebx: word(ebx), ecx: word(ecx), edx: word(edx))
  }
}
