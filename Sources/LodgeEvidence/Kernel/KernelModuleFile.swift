import LodgeBindings

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
    let folders = KernelFiles(release: release).folders
    let stems = folders.map { "\($0)/\(module.file)" }
    let own = stems.flatMap { stem in ConfidentialModule.endings.map { stem + $0 } }
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
