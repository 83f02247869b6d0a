/// Which attributes of a TD each layer lets through, as far as no package tells.
enum TDXAttributes {
  /// Without it Linux guests refuse to start.
  ///
  /// **Source:** Linux arch/x86/coco/tdx/tdx.c, disable_sept_ve.
  static let septVEDisable = 28

  /// What KVM takes.
  ///
  /// **Source:** Linux arch/x86/kvm/vmx/tdx.c, KVM_SUPPORTED_TD_ATTRS, 6.16 to 7.2.
  static let takenByKVM: UInt64 = 1 << septVEDisable

  /// **Source:** QEMU target/i386/kvm/tdx.c, TDX_SUPPORTED_TD_ATTRS, 10.1 to 11.1: SEPT_VE_DISABLE,
  /// PKS and PERFMON.
  static let takenByQEMU = [28, 30, 63]
}
