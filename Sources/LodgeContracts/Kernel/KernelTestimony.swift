import LodgeModel

extension [FactName] {
  /// The facts behind ``LodgeModel/Facts/kernelTestimonies(on:)``.
  static let kernelTestimonies: Self = [.kconfig, .modules, .btf]
}

extension Facts {
  /// What is known of the kernel's own offer: configuration, then modules, then compiled types.
  func kernelTestimonies(on type: DomainType) -> [Testimony] {
    [
      ifKnown(\.kconfig)?.testimony(on: type),
      ifKnown(\.modules)?.testimony(on: type),
      ifKnown(\.btf)?.testimony(on: type),
    ].compactMap(\.self)
  }
}

extension KernelConfiguration {
  /// Whether the kernel was configured for hosts of a domain type; nil for a plain one.
  ///
  /// **Source:** Linux arch/x86/kvm/Kconfig and arch/x86/Kconfig.
  func testimony(on type: DomainType) -> Testimony? {
    let wanted: [KconfigOption] =
      switch type {
      case .plain: []
      case .sev, .sevES: [.amdSEV]
      case .sevSNP: [.amdSEV, .guestMemory, .guestMemoryPreparation]
      case .tdx: [.tdxHost, .kvmTDX]
      }
    guard let last = wanted.last else { return nil }
    for option in wanted where option.name(in: self) == nil {
      return .denies("is built without \(option.newest)", at: source.at(option.newest))
    }
    return .shows(
      "is built with \(wanted.compactMap { $0.name(in: self) }.listed())",
      at: source.at(last.newest))
  }
}

extension KernelModules {
  /// The module and its parameter that switch a domain type on; nil for a plain one.
  ///
  /// **Source:** Linux arch/x86/kvm/svm/sev.c and arch/x86/kvm/vmx/tdx.c, module_param_named.
  static func parameter(for type: DomainType) -> (module: String, name: String)? {
    switch type {
    case .plain: nil
    case .sev: ("kvm_amd", "sev")
    case .sevES: ("kvm_amd", "sev_es")
    case .sevSNP: ("kvm_amd", "sev_snp")
    case .tdx: ("kvm_intel", "tdx")
    }
  }

  /// Whether KVM can be told to offer a domain type; nil for a plain one.
  func testimony(on type: DomainType) -> Testimony? {
    guard let parameter = Self.parameter(for: type) else { return nil }
    guard let module = byName[parameter.module] else {
      return .denies("has no module \(parameter.module)", at: parameter.module)
    }
    let place = module.source.at(parameter.name)
    return module.parameters[parameter.name] == nil
      ? .denies("has no parameter \(parameter.module).\(parameter.name)", at: place)
      : .shows("has parameter \(parameter.module).\(parameter.name)", at: place)
  }
}

extension KernelTypes {
  /// Whether the compiled kernel uses the types of a domain type; nil where BTF cannot tell.
  ///
  /// Only SNP and TDX came with types of their own. An object whose BTF was not read is silent.
  func testimony(on type: DomainType) -> Testimony? {
    switch type {
    case .plain, .sev, .sevES: nil
    case .sevSNP:
      testimony(of: "struct kvm_sev_snp_launch_start", in: "kvm_amd") {
        layout("kvm_sev_snp_launch_start")?.source
      }
    case .tdx:
      testimony(of: "enum kvm_tdx_cmd_id", in: "kvm_intel") {
        enumerator("KVM_TDX_INIT_VM")?.source
      }
    }
  }

  private func testimony(
    of name: String, in object: String, found: () -> Source?
  ) -> Testimony? {
    if let source = found() { return .shows("has \(name) in its BTF", at: source.at(name)) }
    guard let table = objects[object] else { return nil }
    return .denies("has no \(name) in the BTF of \(object)", at: table.source.at(name))
  }
}
