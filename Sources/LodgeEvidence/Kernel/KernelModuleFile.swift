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

  /// What compression adds to the name of a module.
  fileprivate static let endings = ["", ".xz", ".zst", ".gz"]

  /// Finds a module; nil where it is built in or not there at all.
  ///
  /// - Throws: `RootFailure` or ``FileFailure`` for one that cannot be read.
  init?(_ module: ConfidentialModule, in root: Root) throws {
    guard let release = root.kernelRelease else { return nil }
    let folders = KernelFiles(release: release).folders
    let stems = folders.map { "\($0)/\(module.file)" }
    let own = stems.flatMap { stem in Self.endings.map { stem + $0 } }
    let files = try root.replacements(of: module, in: folders) + own
    guard let (file, bytes) = try root.first(of: files, limit: 32 << 20) else { return nil }
    self.file = file
    elf = try explaining(file) { try ELFFile(Decompression.decompress(bytes, limit: 128 << 20)) }
  }
}

extension Root {
  /// The files that take the place of a module of the kernel, wherever in their folder they are.
  ///
  /// **Source:** depmod.d(5): `search updates built-in` by default; RPM distributions add `extra`
  /// behind `updates`, where depmod of Debian finds it as well.
  fileprivate func replacements(
    of module: ConfidentialModule, in folders: [String]
  ) throws(FileFailure) -> [String] {
    var files: [String] = []
    for name in ["updates", "extra"] {
      for folder in folders { files += try self.files(below: "\(folder)/\(name)", depth: 8) }
    }
    return files.filter(module.isNamed(by:))
  }
}

extension ConfidentialModule {
  /// Whether a path names the module, in which hyphen and underscore are the same.
  fileprivate func isNamed(by path: String) -> Bool {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return KernelModuleFile.endings.contains {
      name.replacing("-", with: "_") == "\(rawValue).ko\($0)"
    }
  }
}
