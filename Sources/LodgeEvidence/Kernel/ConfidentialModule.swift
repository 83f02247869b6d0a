/// The modules that make confidential guests possible.
enum ConfidentialModule: String, CaseIterable {
  case kvm
  case kvmAMD = "kvm_amd"
  case kvmIntel = "kvm_intel"
  case ccp

  /// The file below the folder of modules, without what its compression adds.
  var file: String {
    switch self {
    case .kvm: "kernel/arch/x86/kvm/kvm.ko"
    case .kvmAMD: "kernel/arch/x86/kvm/kvm-amd.ko"
    case .kvmIntel: "kernel/arch/x86/kvm/kvm-intel.ko"
    case .ccp: "kernel/drivers/crypto/ccp/ccp.ko"
    }
  }

  /// What compression adds to the name of a module.
  static let endings = ["", ".xz", ".zst", ".gz"]

  /// Whether a path names the module, in which hyphen and underscore are the same.
  func isNamed(by path: String) -> Bool {
    let name = path.split(separator: "/").last?.replacing("-", with: "_")
    return Self.endings.contains { name == "\(rawValue).ko\($0)" }
  }
}
