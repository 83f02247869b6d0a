import Foundation
import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads the types that the kernel and the modules of ``ConfidentialModule`` were built with.
  package static let btf = Collector(\.btf) { root in
    guard let release = root.kernelRelease else { return .absent(Root.lacksKernel) }
    guard let (file, _, elf) = try await root.kernelImage.found(in: root) else {
      return .absent(Root.lacks(KernelFiles(release: release).images))
    }
    guard let section = elf.section(".BTF") else {
      return .absent("\(file) has no BTF: it was built without CONFIG_DEBUG_INFO_BTF")
    }
    let kernel = try explaining(file) { try BTF(section) }
    var objects = ["vmlinux": try explaining(file) { try kernel.table(root.source(file)) }]
    for module in ConfidentialModule.allCases {
      // A module without BTF is built in, not packaged, or built without
      // CONFIG_DEBUG_INFO_BTF_MODULES: its types are then simply not known.
      guard let found = try await root.unpacked(module),
        let section = found.elf.section(".BTF")
      else { continue }
      objects[module.rawValue] = try explaining(found.file) {
        try BTF(section, over: kernel).table(root.source(found.file))
      }
    }
    return .found(KernelTypes(objects: objects))
  }
}

extension BTF {
  /// What this object adds to the kernel's promises about confidential guests.
  fileprivate func table(_ source: Source) throws(BTFFailure) -> KernelTypes.Table {
    KernelTypes.Table(
      source: source, layouts: try layouts(where: ConfidentialABI.covers(tag:)),
      enumerators: enumerators(where: ConfidentialABI.covers(enumerator:)))
  }
}
