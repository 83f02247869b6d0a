import Foundation
import LodgeBindings

/// One module of a root, unpacked.
struct KernelModuleFile {
  /// The path below the root.
  let file: String
  /// What compression left.
  let bytes: Data
  let elf: ELFFile

  /// Finds a module; nil where it is built in or not there at all.
  ///
  /// - Throws: `RootFailure` or ``FileFailure`` for one that cannot be read.
  fileprivate init?(_ module: ConfidentialModule, in root: Root) throws {
    guard let release = root.kernelRelease else { return nil }
    let folders = KernelFiles(release: release).folders
    let files =
      try root.replacements(of: module, in: folders) + Self.files(at: module.file, in: folders)
    try self.init(first: files, in: root)
  }

  /// Finds a module that nothing replaces, by its path below the folder of modules.
  ///
  /// - Throws: `RootFailure` or ``FileFailure`` for one that cannot be read.
  init?(at path: String, in root: Root) throws {
    guard let release = root.kernelRelease else { return nil }
    try self.init(
      first: Self.files(at: path, in: KernelFiles(release: release).folders), in: root)
  }

  private static func files(at path: String, in folders: [String]) -> [String] {
    folders.flatMap { folder in ConfidentialModule.endings.map { "\(folder)/\(path)\($0)" } }
  }

  private init?(first files: [String], in root: Root) throws {
    guard let (file, packed) = try root.first(of: files, limit: 32 << 20) else { return nil }
    self.file = file
    let bytes = try explaining(file) { try Decompression.decompress(packed, limit: 128 << 20) }
    self.bytes = bytes
    elf = try explaining(file) { try ELFFile(bytes) }
  }
}

/// The modules of ``ConfidentialModule`` of one root, unpacked once for all collectors.
actor UnpackedModules {
  private var results: [ConfidentialModule: Result<KernelModuleFile?, any Error>] = [:]

  /// A module of the root that this belongs to; nil where it is built in or not there at all.
  ///
  /// - Throws: `RootFailure` or ``FileFailure`` for one that cannot be read.
  func found(_ module: ConfidentialModule, in root: Root) throws -> KernelModuleFile? {
    if let result = results[module] { return try result.get() }
    let result = Result { try KernelModuleFile(module, in: root) }
    results[module] = result
    return try result.get()
  }
}

extension Root {
  /// A module, unpacked; nil where it is built in or not there at all.
  ///
  /// - Throws: `RootFailure` or ``FileFailure`` for one that cannot be read.
  func unpacked(_ module: ConfidentialModule) async throws -> KernelModuleFile? {
    try await kernelModules.found(module, in: self)
  }

  /// The paths of the modules that are built in, below the folder of modules, and the file that says
  /// so; nil where none does.
  ///
  /// **Source:** Documentation/kbuild/kbuild.rst, `modules.builtin`.
  ///
  /// - Throws: `RootFailure` where it cannot be read.
  func builtInModules() throws -> (file: String, paths: Set<String>)? {
    guard let release = kernelRelease else { return nil }
    let lists = KernelFiles(release: release).folders.map { "\($0)/modules.builtin" }
    return try first(of: lists, limit: 4 << 20).map { file, bytes in
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      return (file, Set(lines.map(String.init)))
    }
  }

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
