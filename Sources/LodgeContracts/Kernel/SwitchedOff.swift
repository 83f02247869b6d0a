package import LodgeModel

extension Contract {
  /// No configuration in a set switches off what the set promises.
  package static let switchedOff = Contract(
    id: "kernel.switched-off", catalogue: "R66",
    claim: "No module option or kernel argument in the set switches off a type that it promises",
    from: [.kernel], to: [.qemu, .libvirt],
    basis: "Linux arch/x86/kvm/svm/sev.c (sev_hardware_setup: sev, sev_es, sev_snp, npt, nrips, "
      + "lbrv, mmio_caching), arch/x86/kvm/vmx/tdx.c (tdx_bringup: tdx, ept, eptad, enable_apicv, "
      + "tdp_mmu, mmio_caching; kvm.enable_virt_at_load), arch/x86/virt/svm/cmdline.c (sev=nosnp), "
      + "drivers/iommu/amd/init.c (SNP needs a translating IOMMU with page tables of version 1); "
      + "modprobe.d(5)",
    remedy: "take the option out of the file",
    knownCase: "AMDESE/AMDSEV guides set iommu=pt for speed, and the kernel says \"SNP: IOMMU "
      + "disabled or configured in passthrough mode, SNP cannot be supported\"",
    protecting: DomainType.confidential,
    reads: .promises + [.hostSettings, .modules, .kconfig]
  ) { type, facts throws(MissingFact) in
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }
    let settings = try facts.hostSettings
    let modules = facts.ifKnown(\.modules)
    let sides = facts.sides(promising: type)

    var findings: [Finding] = []
    for parameter in Switch.all(of: type) {
      guard
        let option = settings.effectiveOption(
          parameter.name, of: parameter.module, modules: modules),
        option.value.isOff
      else { continue }
      findings.append(
        .switchedOff(
          type, by: "\(parameter.module).\(parameter.name)=\(option.value)", at: option.source,
          promises, sides))
    }
    for module in Switch.modules(of: type) {
      let isBuiltIn = modules?.byName[module]?.isBuiltIn == true
      for block in settings.blockedModules where block.module == module && !isBuiltIn {
        // A module on a blacklist is loaded where something else asks for it by name.
        let isFinal = !block.words.contains("blacklist") || block.words.hasPrefix("module_")
        guard isFinal || module != "ccp" else { continue }
        findings.append(
          isFinal
            ? .switchedOff(type, by: block.words, at: block.source, promises, sides)
            : Finding(
              .warn, "\(module) is not loaded by itself, for \(block.words)",
              where: block.source.at(block.words),
              sides: [.init(.kernel, block.words)] + sides))
      }
    }
    if type == .sevSNP {
      let words =
        [settings.passthrough(by: facts.ifKnown(\.kconfig))].compactMap(\.self)
        + settings.wordsAgainstSNP
      findings += words.map { .switchedOff(type, by: $0.words, at: $0.source, promises, sides) }
    }
    return .judged(findings)
  }
}

/// A parameter of a module without which a type cannot be.
private struct Switch {
  var module: String
  var name: String

  static func all(of type: DomainType) -> [Self] {
    let sev = [Self("kvm_amd", "sev"), Self("kvm_amd", "npt"), Self("kvm_amd", "nrips")]
    let es =
      sev + [
        Self("kvm_amd", "sev_es"), Self("kvm_amd", "lbrv"), Self("kvm", "mmio_caching"),
      ]
    switch type {
    case .plain: return []
    case .sev: return sev
    case .sevES: return es
    case .sevSNP: return es + [Self("kvm_amd", "sev_snp")]
    case .tdx:
      return ["tdx", "ept", "eptad", "enable_apicv"].map { Self("kvm_intel", $0) }
        + ["tdp_mmu", "mmio_caching", "enable_virt_at_load"].map { Self("kvm", $0) }
    }
  }

  /// The modules that must be loaded.
  static func modules(of type: DomainType) -> [String] {
    type == .tdx ? ["kvm", "kvm_intel"] : ["kvm", "kvm_amd", "ccp"]
  }

  private init(_ module: String, _ name: String) { (self.module, self.name) = (module, name) }
}

extension HostSettings {
  /// What a parameter is set to; nil where nothing sets it or the kernel does not know it.
  ///
  /// Files of modprobe.d do nothing for what is built into the kernel.
  fileprivate func effectiveOption(
    _ parameter: String, of module: String, modules: KernelModules?
  ) -> ModuleOption? {
    if let known = modules?.byName[module] {
      guard known.parameters.isEmpty || known.parameters[parameter] != nil else { return nil }
      if known.isBuiltIn {
        return moduleOptions.last {
          $0.module == module && $0.parameter == parameter
            && !$0.source.file.contains("modprobe.d/")
        }
      }
    }
    return option(parameter, of: module)
  }

  /// Words of command lines that leave SNP out, but for those that switch the IOMMU off.
  ///
  /// **Source:** Linux arch/x86/virt/svm/cmdline.c, `init_sev_config` (6.11); drivers/iommu/amd/init.c,
  /// `iommu_snp_enable`: "IOMMU is configured with V2 page table mode, SNP cannot be supported".
  fileprivate var wordsAgainstSNP: [(words: String, source: Source)] {
    var (modes, sev): ([(words: String, source: Source)], [(words: String, source: Source)]) =
      ([], [])
    for word in kernelWords {
      let (values, own) = (word.values, (words: word.words, source: word.source))
      switch word.name {
      case "amd_iommu" where values.contains("pgtbl_v2"): modes = [own]
      case "amd_iommu" where values.contains("pgtbl_v1"): modes = []
      case "sev" where values.contains("nosnp"): sev = [own]
      default: break
      }
    }
    return modes + sev
  }

  /// What puts the IOMMU into passthrough or switches it off; nil where nothing does.
  ///
  /// **Source:** Linux Documentation/admin-guide/kernel-parameters.txt: iommu, amd_iommu,
  /// iommu.passthrough; drivers/iommu/Kconfig, IOMMU_DEFAULT_PASSTHROUGH.
  fileprivate func passthrough(
    by kconfig: KernelConfiguration?
  ) -> (words: String, source: Source)? {
    var found: (words: String, source: Source)?
    if let kconfig, kconfig.enables("IOMMU_DEFAULT_PASSTHROUGH") {
      found = ("IOMMU_DEFAULT_PASSTHROUGH=y", kconfig.source)
    }
    for word in kernelWords {
      let (values, words) = (word.values, word.words)
      switch word.name {
      case "iommu" where values.contains { ["pt", "off"].contains($0) }:
        found = (words, word.source)
      case "iommu" where values.contains("nopt"): found = nil
      case "iommu.passthrough": found = word.value?.isOff == true ? nil : (words, word.source)
      case "amd_iommu" where values.contains("off"): return (words, word.source)
      default: break
      }
    }
    return found
  }
}

extension HostSettings.KernelWord {
  /// What its value lists.
  fileprivate var values: [String] { value?.split(separator: ",").map(String.init) ?? [] }

  fileprivate var words: String { "\(name)=\(value ?? "")" }
}

extension Finding {
  fileprivate static func switchedOff(
    _ type: DomainType, by words: String, at source: Source, _ promises: [String],
    _ sides: [Side]
  ) -> Self {
    Finding(
      .fail, "\(words) switches \(type.title) off, while \(promises.listed())",
      where: source.at(words), sides: [Side(.kernel, words)] + sides)
  }
}
