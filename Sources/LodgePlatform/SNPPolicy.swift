/// Bits of an SNP guest's policy.
///
/// **Source:** SEV-SNP firmware ABI, table "Guest Policy"; names as in
/// arch/x86/kvm/svm/sev.c, Linux 7.2.
package enum SNPPolicy {
  package static let apiVersion: UInt64 = 0xFFFF
  package static let smt: UInt64 = 1 << 16
  /// Reserved, must be one.
  package static let reserved: UInt64 = 1 << 17
  package static let debug: UInt64 = 1 << 19
  package static let singleSocket: UInt64 = 1 << 20
  package static let cxl: UInt64 = 1 << 21
  package static let aes256XTS: UInt64 = 1 << 22
  package static let noRAPL: UInt64 = 1 << 23
  package static let ciphertextHiding: UInt64 = 1 << 24
  package static let noPageSwap: UInt64 = 1 << 25
}

/// Bits of SEV_FEATURES in a VMSA that user space may ask for.
///
/// **Source:** SVM_SEV_FEAT_*, arch/x86/include/asm/svm.h, Linux 7.2.
package enum VMSAFeature {
  package static let debugSwap: UInt64 = 1 << 5
  package static let secureTSC: UInt64 = 1 << 9
}
