import LodgeModel

extension Interface.Number {
  /// The number of a domain type's virtual machines; nil for a plain one.
  ///
  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h, `KVM_X86_*_VM`: SEV and SEV-ES in 6.10,
  /// SNP in 6.11, TDX in 6.16.
  static func vmType(of type: DomainType) -> Self? {
    switch type {
    case .plain: nil
    case .sev: Self(name: "KVM_X86_SEV_VM", value: 2)
    case .sevES: Self(name: "KVM_X86_SEV_ES_VM", value: 3)
    case .sevSNP: Self(name: "KVM_X86_SNP_VM", value: 4)
    case .tdx: Self(name: "KVM_X86_TDX_VM", value: 5)
    }
  }

  /// The capability that answers which VM types there are.
  ///
  /// **Source:** Linux include/uapi/linux/kvm.h, 6.8.
  static let vmTypesCapability = Self(name: "KVM_CAP_VM_TYPES", value: 235)
}
