/// One answer of the CPUID instruction.
package struct CPUIDLeaf: Codable, Equatable, Hashable, Sendable {
  /// A register that an answer comes in.
  package enum Register: String, Codable, CaseIterable, Sendable {
    case eax, ebx, ecx, edx
  }

  /// EAX of the question.
  package var function: UInt32
  /// ECX of the question; 0 for functions that do not look at it.
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

  /// The word in a register.
  package subscript(_ register: Register) -> UInt32 {
    get {
      switch register {
      case .eax: eax
      case .ebx: ebx
      case .ecx: ecx
      case .edx: edx
      }
    }
    set {
      switch register {
      case .eax: eax = newValue
      case .ebx: ebx = newValue
      case .ecx: ecx = newValue
      case .edx: edx = newValue
      }
    }
  }
}

/// One entry of what `KVM_GET_SUPPORTED_CPUID` answers.
///
/// **Source:** `struct kvm_cpuid_entry2`, arch/x86/include/uapi/asm/kvm.h, Linux 6.16.
package struct CPUIDEntry: Codable, Equatable, Sendable {
  package var leaf: CPUIDLeaf
  /// Whether the index matters: KVM_CPUID_FLAG_SIGNIFCANT_INDEX.
  package var isIndexed: Bool

  package init(_ leaf: CPUIDLeaf, isIndexed: Bool) {
    (self.leaf, self.isIndexed) = (leaf, isIndexed)
  }

  /// The flags of the kernel's structure.
  package var flags: UInt32 { isIndexed ? 1 : 0 }
}
