/// Which types and enumerators of a kernel belong to its promises about confidential guests.
///
/// A kernel has ten thousand structures; kept are those that QEMU, libvirt and firmware exchange
/// with KVM, `/dev/sev` and the guest.
package enum ConfidentialABI {
  /// Whether evidence keeps the layout of a structure or union.
  package static func covers(tag: String) -> Bool {
    if internalTags.contains(tag) { return false }
    return tags.contains(tag) || tagPrefixes.contains { tag.hasPrefix($0) }
  }

  /// Whether evidence keeps the value of an enumerator.
  package static func covers(enumerator: String) -> Bool {
    enumeratorPrefixes.contains { enumerator.hasPrefix($0) }
  }

  private static let tags: Set<String> = [
    // include/uapi/linux/kvm.h and arch/x86/include/uapi/asm/kvm.h
    "kvm_cpuid2", "kvm_cpuid_entry2", "kvm_create_guest_memfd", "kvm_device_attr",
    "kvm_enable_cap", "kvm_enc_region", "kvm_memory_attributes", "kvm_pre_fault_memory", "kvm_run",
    // include/uapi/linux/psp-sev.h and sev-guest.h
    "sev_issue_cmd", "snp_derived_key_req", "snp_ext_report_req", "snp_guest_request_ioctl",
    "snp_report_req", "snp_report_resp",
    // SEV Secure Nested Paging Firmware ABI: what firmware and KVM lay out in guest memory
    "snp_cpuid_fn", "snp_cpuid_table", "snp_guest_msg_hdr", "snp_secrets_page", "sev_es_save_area",
  ]

  private static let tagPrefixes = [
    "kvm_exit_", "kvm_msr", "kvm_sev_", "kvm_snp_", "kvm_tdx_", "kvm_userspace_memory_region",
    "sev_user_data_",
  ]

  /// Tags that look like promises but are KVM's own.
  private static let internalTags: Set<String> = ["kvm_sev_info"]

  private static let enumeratorPrefixes = ["KVM_", "SEV_", "SNP_", "TDX_"]
}
