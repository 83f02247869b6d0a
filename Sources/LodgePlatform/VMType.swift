/// A type that `KVM_CREATE_VM` takes on x86-64.
///
/// **Source:** KVM_X86_*_VM, arch/x86/include/uapi/asm/kvm.h, Linux 7.2.
package enum VMType: UInt32, Codable, CaseIterable, Comparable, Sendable {
  case plain = 0
  case softwareProtected = 1
  case sev = 2
  case sevES = 3
  case sevSNP = 4
  case tdx = 5

  /// Whether registers and memory slots that are read-only or of SMM are out of KVM's hands.
  ///
  /// **Source:** `has_protected_state`, set by `sev_vm_init` and `tdx_vm_init`, Linux 7.2.
  package var hasProtectedState: Bool { [.sevES, .sevSNP, .tdx].contains(self) }

  /// Whether pages of the VM can be private.
  ///
  /// **Source:** `has_private_mem`, set by `kvm_arch_init_vm`, `sev_vm_init` and `tdx_vm_init`,
  /// Linux 7.2.
  package var hasPrivateMemory: Bool { [.softwareProtected, .sevSNP, .tdx].contains(self) }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
