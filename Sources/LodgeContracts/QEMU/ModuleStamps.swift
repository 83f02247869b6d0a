package import LodgeModel

extension Contract {
  /// The parts of QEMU that are loaded later are of its own build.
  package static let moduleStamps = Contract(
    id: "qemu.module-stamps", catalogue: "R55",
    claim: "Each module that QEMU can load is of the very build of the emulator",
    from: [.qemu], to: [.qemu, .libvirt],
    basis: "QEMU util/module.c and include/qemu/module.h (DSO_STAMP_FUN): a module without the "
      + "emulator's qemu_stamp_... is refused",
    remedy: "take all of QEMU's packages from one build",
    knownCase: "\"Only modules from the same build can be loaded\": QEMU ends over "
      + "qom-list-types, with which libvirt begins to look at an emulator",
    reads: [.qemuModules]
  ) { _, facts throws(MissingFact) in
    let build = try facts.qemuModules
    guard let stamp = build.stamp else {
      return .notApplicable("QEMU is built without modules")
    }
    let others = Dictionary(grouping: build.modules.filter { $0.stamp != stamp }) { $0.stamp ?? "" }
    return .judged(
      others.sorted { $0.key < $1.key }.map { other, modules in
        let names = modules.prefix(3).map(\.source.name).listed()
        let more = modules.count > 3 ? " and \(modules.count - 3) more" : ""
        let isOne = modules.count == 1
        let lacks = isOne ? "has no stamp" : "have no stamp"
        let differs = "\(isOne ? "is" : "are") of another build than QEMU"
        let says = other.isEmpty ? "no stamp" : "stamp \(other.beginning)"
        return Finding(
          .fail,
          "\(names)\(more) \(other.isEmpty ? lacks : differs)",
          where: modules[0].source.at("qemu_stamp_"),
          sides: [
            .init(.qemu, "stamp \(stamp.beginning)"),
            Finding.Side(who: modules[0].source.name, says: says),
          ])
      }
    )
  }
}

extension String {
  /// Enough of a digest to tell it from others.
  fileprivate var beginning: String { count > 12 ? "\(prefix(12))..." : self }
}
