import LodgeModel

extension Interface.Number {
  /// The reasons for which KVM hands a guest of a domain type back to QEMU.
  ///
  /// **Source:** Linux include/uapi/linux/kvm.h: MEMORY_FAULT in 6.8, TDX in 6.16, SNP_REQ_CERTS
  /// in 7.0 (posted as 42, which became ARM_LDST64B).
  static func exits(of type: DomainType) -> [Self] {
    switch type {
    case .plain, .sev, .sevES: []
    case .sevSNP: [memoryFault, Self(name: "KVM_EXIT_SNP_REQ_CERTS", value: 43, isLater: true)]
    case .tdx: [memoryFault, Self(name: "KVM_EXIT_TDX", value: 40)]
    }
  }

  private static let memoryFault = Self(name: "KVM_EXIT_MEMORY_FAULT", value: 39)
}
