import Foundation
import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads which modules of KVM and of the AMD secure processor there are, and their parameters.
  package static let modules = Collector(\.modules) { root in
    guard let release = root.kernelRelease else { return .absent(Root.lacksKernel) }
    var modules: [String: KernelModules.Module] = [:]
    for module in ConfidentialModule.allCases {
      modules[module.rawValue] =
        if let loadable = try await root.loadable(module) { loadable } else {
          try root.builtIn(module, release: release)
        }
    }
    guard !modules.isEmpty else {
      let files = ConfidentialModule.allCases.map { "usr/lib/modules/\(release)/\($0.file)" }
      return .absent(Root.lacks(files))
    }
    return .found(KernelModules(byName: modules))
  }
}

extension Root {
  fileprivate func loadable(_ module: ConfidentialModule) async throws -> KernelModules.Module? {
    guard let found = try await unpacked(module) else { return nil }
    guard let info = found.elf.section(".modinfo") else {
      throw FileFailure(found.file, "it has no .modinfo section")
    }
    let object = try explaining(found.file) {
      try ELFObject(found.bytes, relocating: ELFObject.moduleSections)
    }
    return KernelModules.Module(
      source: source(found.file), isBuiltIn: false, parameters: ModuleInfo(info).parameters(),
      defaults: object.parameterDefaults(),
      hypercallExits: try explaining(found.file) { try object.hypercallExits() })
  }

  /// **Source:** Documentation/kbuild/kbuild.rst, `modules.builtin.modinfo`.
  fileprivate func builtIn(
    _ module: ConfidentialModule, release: String
  ) throws -> KernelModules.Module? {
    guard let list = try builtInModules(), list.paths.contains(module.file) else { return nil }
    let infos = KernelFiles(release: release).folders.map { "\($0)/modules.builtin.modinfo" }
    guard let info = try first(of: infos, limit: 16 << 20) else {
      throw FileFailure(list.file, "\(module.rawValue) is built in, but \(infos[0]) is not there")
    }
    return KernelModules.Module(
      source: source(info.file), isBuiltIn: true,
      parameters: ModuleInfo(info.bytes).parameters(of: module.rawValue))
  }
}
