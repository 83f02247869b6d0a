package import LodgeModel

extension Contract {
  /// The parameters by which libvirt and others know what kvm_amd offers are there.
  package static let sevParameters = Contract(
    id: "kernel.sev-parameters", catalogue: "R19",
    claim: "kvm_amd has the parameter that switches on, and tells, each SEV type the set promises",
    from: [.kernel], to: [.libvirt],
    basis: "Linux arch/x86/kvm/svm/sev.c: module parameters sev, sev_es and sev_snp; libvirt "
      + "src/qemu/qemu_capabilities.c reads /sys/module/kvm_amd/parameters/sev",
    remedy: "take a kernel with KVM_AMD_SEV=y that knows the type (SNP: Linux 6.11 and later)",
    knownCase: "Linux 6.1 has no sev_snp, so that no QEMU or libvirt can start an SNP guest on it",
    protecting: [.sev, .sevES, .sevSNP], reads: .promises + [.modules, .kconfig]
  ) { type, facts throws(MissingFact) in
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }
    let modules = try facts.modules
    if let config = facts.ifKnown(\.kconfig), KconfigOption.amdSEV.name(in: config) == nil {
      let option = KconfigOption.amdSEV.newest
      return .judged([
        Finding(
          .fail, "the kernel is built without \(option), while \(promises.listed())",
          where: config.source.at(option),
          sides: [.init(.kernel, "is built without \(option)")] + facts.sides(promising: type))
      ])
    }
    guard let kernel = modules.testimony(on: type), !kernel.isOffer else { return .kept }
    return .judged([
      Finding(
        .fail, "the kernel \(kernel.words), while \(promises.listed())", where: kernel.place,
        sides: [.init(.kernel, kernel.words)] + facts.sides(promising: type))
    ])
  }.comparing(.promises + [.modules]) { type, now, before throws(MissingFact) in
    guard let type else { return .kept }
    if try now.promises(of: type).isEmpty, try before.promises(of: type).isEmpty {
      return .notPromised(type)
    }
    return .judged(try now.modules.changes(since: try before.modules, for: type))
  }
}

extension KernelModules {
  /// Parameters of SEV that are gone, or come with another default.
  fileprivate func changes(since before: Self, for type: DomainType) -> [Finding] {
    before.byName.keys.sorted().flatMap { name -> [Finding] in
      guard let old = before.byName[name], let new = byName[name] else { return [] }
      return old.parameters.keys.sorted().filter { Self.switches($0, of: name, type) }.compactMap {
        new.change(of: $0, since: old, named: name)
      }
    }
  }

  /// Whether a parameter is of a type; those of the secure processor are told with SEV alone.
  private static func switches(
    _ parameter: String, of module: String, _ type: DomainType
  ) -> Bool {
    if module == "ccp" { return type == .sev }
    guard module == "kvm_amd" else { return false }
    if parameter == self.parameter(for: type)?.name { return true }
    let isOfStates = ["debug_swap", "ciphertext_hiding_asids"].contains(parameter)
    return isOfStates && (type == .sevES || type == .sevSNP)
  }
}

extension KernelModules.Module {
  /// A warning where a parameter is gone, or comes with another default; nil where neither.
  func change(of parameter: String, since before: Self, named name: String) -> Finding? {
    let full = "\(name).\(parameter)"
    guard parameters[parameter] != nil else {
      return Finding(
        .warn, "\(full) is gone: what sets it on hosts has no effect any more",
        where: source.at(parameter), sides: [.before("has \(full)"), .now("has no \(full)")],
        remedy: "take settings of \(full) out of modprobe.d and kernel command lines")
    }
    guard let old = before.defaults[parameter], let new = defaults[parameter], old != new else {
      return nil
    }
    return Finding(
      .warn, "\(full) was \(old) by default and is \(new)", where: source.at(parameter),
      sides: [.before("\(full)=\(old)"), .now("\(full)=\(new)")],
      remedy: "set \(full) on hosts that rely on what it was")
  }
}
