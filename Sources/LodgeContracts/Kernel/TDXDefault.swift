package import LodgeModel

extension Contract {
  /// A host made from the set has TDX switched on.
  package static let tdxDefault = Contract(
    id: "kernel.tdx-default", catalogue: "R20",
    claim: "kvm_intel.tdx is on by default, or a package of the set switches it on",
    from: [.kernel], to: [.libvirt],
    basis: "Linux arch/x86/kvm/vmx/tdx.c: module parameter tdx, off by default; libvirt "
      + "src/qemu/qemu_capabilities.c and virt-host-validate read "
      + "/sys/module/kvm_intel/parameters/tdx",
    remedy: "add a file to modprobe.d with `options kvm_intel tdx=1`, or kvm_intel.tdx=1 to the "
      + "kernel's command line",
    knownCase: "hosts with the right kernel and firmware had no TDX until the parameter was set, "
      + "canonical/tdx#217",
    protecting: [.tdx], reads: .promises + [.modules, .hostSettings]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    guard let module = try facts.modules.byName["kvm_intel"], module.parameters["tdx"] != nil
    else { return .notApplicable("the kernel has no parameter kvm_intel.tdx to be switched on") }
    let option = try facts.hostSettings.option("tdx", of: "kvm_intel")
    // What switches it off is told by the contract on what is switched off.
    guard option == nil, module.defaults["tdx"] != "Y" else { return .kept }
    let own =
      module.defaults["tdx"] == nil
      ? "is off by default upstream, and cannot be read here" : "is off by default"
    return .judged([
      Finding(
        .warn, "kvm_intel.tdx \(own), and no package of the set switches it on",
        where: module.source.at("tdx"),
        sides: [
          .init(.kernel, "kvm_intel.tdx \(own)"), Finding.Side(who: "host", says: "sets nothing"),
          .init(.libvirt, "wants Y"),
        ])
    ])
  }.comparing(.promises + [.modules]) { _, now, before throws(MissingFact) in
    if try now.promises(of: .tdx).isEmpty, try before.promises(of: .tdx).isEmpty {
      return .notPromised(.tdx)
    }
    guard let old = try before.modules.byName["kvm_intel"], old.parameters["tdx"] != nil,
      let new = try now.modules.byName["kvm_intel"]
    else { return .kept }
    return .judged([new.change(of: "tdx", since: old, named: "kvm_intel")].compactMap(\.self))
  }.onHost(.metal, needs: "a TDX host on which /sys/module/kvm_intel/parameters/tdx is read")
}
