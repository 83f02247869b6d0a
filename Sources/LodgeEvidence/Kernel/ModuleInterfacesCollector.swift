import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads what the modules of ``ConfidentialModule`` take from each other and from the kernel.
  package static let moduleInterfaces = Collector(\.moduleInterfaces) { root in
    guard let release = root.kernelRelease else { return .absent(Root.lacksKernel) }
    var interfaces: [String: ModuleInterfaces.Interface] = [:]
    for module in ConfidentialModule.allCases {
      guard let found = try await root.unpacked(module) else { continue }
      interfaces[module.rawValue] = try explaining(found.file) {
        try found.interface(from: root.source(found.file))
      }
    }
    guard !interfaces.isEmpty else {
      let files = ConfidentialModule.allCases.map { "usr/lib/modules/\(release)/\($0.file)" }
      return .absent(Root.lacks(files))
    }
    let taken = interfaces.values.flatMap(\.imports.keys)
    return .found(
      ModuleInterfaces(byName: interfaces, image: try await root.image(giving: Set(taken))))
  }
}

extension KernelModuleFile {
  fileprivate func interface(from source: Source) throws -> ModuleInterfaces.Interface {
    guard let info = elf.section(".modinfo").map(ModuleInfo.init),
      let vermagic = info.value(of: "vermagic")
    else { throw ELFFailure.damaged("it has no vermagic") }
    let object = try ELFObject(bytes, relocating: ELFObject.moduleSections)
    let depends = info.value(of: "depends")?.replacing("-", with: "_").split(separator: ",")
    return ModuleInterfaces.Interface(
      source: source, vermagic: vermagic.trimmed, exports: object.moduleExports(),
      imports: object.moduleImports(), depends: depends?.map(String.init) ?? [])
  }
}

extension Root {
  /// What the kernel image gives to modules; nil where there is none, or it has no such table.
  fileprivate func image(giving wanted: Set<String>) async throws -> ModuleInterfaces.Image? {
    guard let (file, release, kernel) = try await kernelImage.found(in: self),
      let exports = kernel.kernelExports(of: wanted)
    else { return nil }
    return ModuleInterfaces.Image(
      source: source(file), release: release, vermagic: release.flatMap(kernel.vermagic),
      exports: exports)
  }
}
