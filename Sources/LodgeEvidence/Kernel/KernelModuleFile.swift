import LodgeBindings

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
}

/// One module of a root, unpacked.
struct KernelModuleFile {
  /// The path below the root.
  let file: String
  let elf: ELFFile

  /// Finds a module; nil where it is built in or not there at all.
  ///
  /// - Throws: `RootFailure` or ``FileFailure`` for one that cannot be read.
  init?(_ module: ConfidentialModule, in root: Root) throws {
    guard let release = root.kernelRelease else { return nil }
    let stems = KernelFiles(release: release).folders.map { "\($0)/\(module.file)" }
    let files = stems.flatMap { stem in ["", ".xz", ".zst", ".gz"].map { stem + $0 } }
    guard let (file, bytes) = try root.first(of: files, limit: 32 << 20) else { return nil }
    self.file = file
    elf = try explaining(file) { try ELFFile(Decompression.decompress(bytes, limit: 128 << 20)) }
  }
}
