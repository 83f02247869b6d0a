extension Interface {
  /// The commands that launch an SNP guest, with their arguments.
  ///
  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h, `enum sev_cmd_id`: 6.11; the request for
  /// certificates in 7.0. Sizes measured on the headers of 6.12 and 7.2.
  static let snpCommands = Self(
    name: "SNP commands", header: "asm/kvm.h",
    numbers: [
      Number(name: "KVM_SEV_SNP_LAUNCH_START", value: 100),
      Number(name: "KVM_SEV_SNP_LAUNCH_UPDATE", value: 101),
      Number(name: "KVM_SEV_SNP_LAUNCH_FINISH", value: 102),
      Number(name: "KVM_SEV_SNP_ENABLE_REQ_CERTS", value: 103, isLater: true),
      Number(name: "KVM_SEV_SNP_PAGE_TYPE_NORMAL", value: 1),
      Number(name: "KVM_SEV_SNP_PAGE_TYPE_ZERO", value: 3),
      Number(name: "KVM_SEV_SNP_PAGE_TYPE_UNMEASURED", value: 4),
      Number(name: "KVM_SEV_SNP_PAGE_TYPE_SECRETS", value: 5),
      Number(name: "KVM_SEV_SNP_PAGE_TYPE_CPUID", value: 6),
    ],
    layouts: [
      Layout(
        tag: "kvm_sev_cmd", size: 24, offsets: ["id": 0, "data": 8, "error": 16, "sev_fd": 20],
        isOlder: true),
      Layout(
        tag: "kvm_sev_snp_launch_start", size: 64, offsets: ["policy": 0, "gosvw": 8, "flags": 24]),
      Layout(
        tag: "kvm_sev_snp_launch_update", size: 64,
        offsets: ["gfn_start": 0, "uaddr": 8, "len": 16, "type": 24, "flags": 26]),
      Layout(
        tag: "kvm_sev_snp_launch_finish", size: 88,
        offsets: [
          "id_block_uaddr": 0, "id_auth_uaddr": 8, "id_block_en": 16, "auth_key_en": 17,
          "vcek_disabled": 18, "host_data": 19, "flags": 54,
        ]),
    ])
}
