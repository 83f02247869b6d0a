extension Interface {
  /// The commands that launch a TDX guest, with their arguments.
  ///
  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h, `enum kvm_tdx_cmd_id`, as released in
  /// 6.16. `cpuid` ends two structures as a flexible list behind its 8-byte head.
  static let tdxCommands = Self(
    numbers: [
      Number(name: "KVM_TDX_CAPABILITIES", value: 0),
      Number(name: "KVM_TDX_INIT_VM", value: 1),
      Number(name: "KVM_TDX_INIT_VCPU", value: 2),
      Number(name: "KVM_TDX_INIT_MEM_REGION", value: 3),
      Number(name: "KVM_TDX_FINALIZE_VM", value: 4),
      Number(name: "KVM_TDX_GET_CPUID", value: 5),
    ],
    layouts: [
      Layout(tag: "kvm_tdx_cmd", size: 24),
      Layout(tag: "kvm_tdx_capabilities", size: 2056, offsets: ["cpuid": 2048]),
      Layout(tag: "kvm_tdx_init_vm", size: 264, offsets: ["cpuid": 256]),
      Layout(tag: "kvm_tdx_init_mem_region", size: 24),
    ])
}
