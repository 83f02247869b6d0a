extension Interface {
  /// The commands that launch an SNP guest, with their arguments.
  ///
  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h, `enum sev_cmd_id`: 6.11; the request for
  /// certificates in 7.0. Sizes measured on the headers of 6.12 and 7.2.
  static let snpCommands = Self(
    numbers: [
      Number(name: "KVM_SEV_SNP_LAUNCH_START", value: 100),
      Number(name: "KVM_SEV_SNP_LAUNCH_UPDATE", value: 101),
      Number(name: "KVM_SEV_SNP_LAUNCH_FINISH", value: 102),
      Number(name: "KVM_SEV_SNP_ENABLE_REQ_CERTS", value: 103, isLater: true),
    ],
    layouts: [
      Layout(tag: "kvm_sev_snp_launch_start", size: 64),
      Layout(tag: "kvm_sev_snp_launch_update", size: 64),
      Layout(tag: "kvm_sev_snp_launch_finish", size: 88),
    ])
}
