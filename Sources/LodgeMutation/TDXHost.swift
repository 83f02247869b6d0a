extension Base {
  /// Unstable, its kernel rebuilt as a TDX host, whose interface is that of its headers.
  ///
  /// Domains are launched on it: the types of ``tdxHost`` are those alone that contracts look at.
  static let tdxHostOfHeaders = Base(
    "sid built with TDX", set: "sid",
    .kconfig([("INTEL_TDX_HOST", "y"), ("KVM_INTEL_TDX", "y")]),
    .addParameter(.kvmIntel, "tdx", "bool"))

  /// Unstable, its kernel rebuilt as a TDX host: configuration, parameter and types of kvm_intel.
  ///
  /// **Source:** Linux 6.16, arch/x86/include/uapi/asm/kvm.h and arch/x86/kvm/vmx/tdx.c.
  static let tdxHost = tdxHostOfHeaders.mended(
    "sid as a TDX host",
    .types(of: .kvmIntel, "has the types of TDX") { btf in
      btf.add(
        enumeration: "kvm_tdx_cmd_id",
        [
          ("KVM_TDX_CAPABILITIES", 0), ("KVM_TDX_INIT_VM", 1), ("KVM_TDX_INIT_VCPU", 2),
          ("KVM_TDX_INIT_MEM_REGION", 3), ("KVM_TDX_FINALIZE_VM", 4), ("KVM_TDX_GET_CPUID", 5),
        ])
      btf.add(
        structure: "kvm_tdx_cmd", size: 24,
        [("id", 0), ("flags", 4), ("data", 8), ("hw_error", 16)])
      btf.add(
        structure: "kvm_tdx_capabilities", size: 2056,
        [
          ("supported_attrs", 0), ("supported_xfam", 8), ("kernel_tdvmcallinfo_1_r11", 16),
          ("user_tdvmcallinfo_1_r11", 24), ("kernel_tdvmcallinfo_1_r12", 32),
          ("user_tdvmcallinfo_1_r12", 40), ("reserved", 48), ("cpuid", 2048),
        ])
      btf.add(
        structure: "kvm_tdx_init_vm", size: 264,
        [
          ("attributes", 0), ("xfam", 8), ("mrconfigid", 16), ("mrowner", 64),
          ("mrownerconfig", 112), ("reserved", 160), ("cpuid", 256),
        ])
      btf.add(
        structure: "kvm_tdx_init_mem_region", size: 24,
        [("source_addr", 0), ("gpa", 8), ("nr_pages", 16)])
    })
}
