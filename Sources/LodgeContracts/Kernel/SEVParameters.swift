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
  }
}
