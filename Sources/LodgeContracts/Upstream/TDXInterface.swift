extension Interface {
  /// The commands that launch a TDX guest, with their arguments.
  ///
  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h, `enum kvm_tdx_cmd_id`, as released in
  /// 6.16. `cpuid` ends two structures as a flexible list behind its 8-byte head.
  static let tdxCommands = Self(
    name: "TDX commands", header: "asm/kvm.h",
    numbers: [
      Number(name: "KVM_TDX_CAPABILITIES", value: 0),
      Number(name: "KVM_TDX_INIT_VM", value: 1),
      Number(name: "KVM_TDX_INIT_VCPU", value: 2),
      Number(name: "KVM_TDX_INIT_MEM_REGION", value: 3),
      Number(name: "KVM_TDX_FINALIZE_VM", value: 4),
      Number(name: "KVM_TDX_GET_CPUID", value: 5),
    ],
    layouts: [
      Layout(
        tag: "kvm_tdx_cmd", size: 24, offsets: ["id": 0, "flags": 4, "data": 8, "hw_error": 16]),
      Layout(
        tag: "kvm_tdx_capabilities", size: 2056,
        offsets: ["supported_attrs": 0, "supported_xfam": 8, "cpuid": 2048]),
      Layout(
        tag: "kvm_tdx_init_vm", size: 264,
        offsets: [
          "attributes": 0, "xfam": 8, "mrconfigid": 16, "mrowner": 64, "mrownerconfig": 112,
          "cpuid": 256,
        ]),
      Layout(
        tag: "kvm_tdx_init_mem_region", size: 24,
        offsets: ["source_addr": 0, "gpa": 8, "nr_pages": 16]),
    ])
}
