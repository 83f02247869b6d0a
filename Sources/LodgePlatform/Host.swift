package import LodgeModel

/// A kernel that runs on a platform: what both together can do.
package struct Host: Equatable, Sendable {
  package let kernel: KernelFacts
  package let platform: Platform
  package let parameters: ModuleParameters

  package init(_ kernel: KernelFacts, on platform: Platform) {
    (self.kernel, self.platform) = (kernel, platform)
    parameters = ModuleParameters(of: kernel, on: platform)
  }

  /// Whether kernel and platform can launch a kind of domain, and which of them cannot.
  ///
  /// What the kernel lacks is told first: it is what a build set can mend.
  package func offers(_ type: DomainType) -> Offer {
    if let lack = kernelLack(of: type) { return .no(lacking: .kernel, because: lack) }
    if let lack = platformLack(of: type) { return .no(lacking: .platform, because: lack) }
    return .yes
  }

  /// The kinds of domain that can be launched.
  package var launchable: Set<DomainType> { Set(DomainType.allCases.filter { offers($0).isYes }) }

  /// What KVM_CAP_VM_TYPES answers where the kernel has it, and KVM_CREATE_VM takes.
  ///
  /// **Source:** `kvm_caps.supported_vm_types`, arch/x86/kvm, Linux 6.8, 6.12 and 7.2; earlier
  /// kernels take type 0 alone.
  package var vmTypes: Set<VMType> {
    var types: Set<VMType> = [.plain]
    let hasTypes = Witness.memoryRegion2.isSeen(in: kernel)
    if hasTypes, kernel.configuration.enables("KVM_SW_PROTECTED_VM"),
      parameters.isOn("tdp_mmu", of: "kvm")
    {
      types.insert(.softwareProtected)
    }
    if Witness.sevInit2.isSeen(in: kernel) {
      if sevASIDs != nil { types.insert(.sev) }
      if sevESASIDs != nil { types.insert(.sevES) }
    }
    if offers(.sevSNP).isYes { types.insert(.sevSNP) }
    if offers(.tdx).isYes { types.insert(.tdx) }
    return types
  }

  /// ASIDs of SEV guests; nil where SEV is off or none are left for it.
  package var sevASIDs: Range<Int>? {
    guard let sev = platform.sev, parameters.isOn("sev", of: "kvm_amd"), !sev.asids.isEmpty else {
      return nil
    }
    return sev.asids
  }

  /// ASIDs of SEV-ES guests, and of SNP guests where they have no range of their own.
  package var sevESASIDs: Range<Int>? {
    guard let sev = platform.sev, parameters.isOn("sev_es", of: "kvm_amd") else { return nil }
    let all = sev.encryptedStateASIDs
    let own = sevSNPASIDs.map { min($0.upperBound, all.upperBound)..<all.upperBound } ?? all
    return own.isEmpty ? nil : own
  }

  /// ASIDs of SNP guests alone, where ciphertext hiding splits them off; nil where it does not.
  ///
  /// **Source:** `sev_hardware_setup`, arch/x86/kvm/svm/sev.c, Linux 7.2.
  package var sevSNPASIDs: Range<Int>? {
    guard let sev = platform.sev, parameters.isOn("sev_snp", of: "kvm_amd"),
      let wanted = parameters.number("ciphertext_hiding_asids", of: "kvm_amd"), wanted > 0
    else { return nil }
    let all = sev.encryptedStateASIDs
    return all.lowerBound..<min(wanted + 1, all.upperBound)
  }

  /// vCPUs that a VM can have.
  ///
  /// **Source:** KVM_MAX_VCPUS, arch/x86/include/asm/kvm_host.h: 1024 before Linux 6.8, then
  /// CONFIG_KVM_MAX_NR_VCPUS.
  package var maximumVCPUs: Int {
    kernel.configuration.options["KVM_MAX_NR_VCPUS"].flatMap { Int($0) } ?? 1024
  }

  /// vCPUs that a TD can have: no more than there are logical processors.
  ///
  /// **Source:** `tdx_vm_init`, arch/x86/kvm/vmx/tdx.c, Linux 7.2.
  package var maximumTDXVCPUs: Int { min(maximumVCPUs, platform.processor.count) }

  /// The states of XCR0 that KVM lets guests enable.
  ///
  /// **Source:** KVM_SUPPORTED_XCR0, arch/x86/kvm/x86.c, Linux 6.1, 6.12 and 7.2; MPX left out,
  /// which no processor with SEV or TDX has.
  package var xcr0: UInt64 { platform.processor.xcr0 & 0x602E7 }

  private func kernelLack(of type: DomainType) -> String? {
    let module = platform.processor.vendor.module
    guard kernel.configuration.enables("KVM"), kernel.modules.byName[module] != nil else {
      return "kernel \(kernel.release) has no \(module)"
    }
    switch type {
    case .plain: return nil
    case .sev, .sevES:
      return Witness.sev.isSeen(in: kernel)
        ? nil : "kernel \(kernel.release) was built without KVM_AMD_SEV"
    case .sevSNP:
      guard Witness.sev.isSeen(in: kernel) else { return kernelLack(of: .sev) }
      return Witness.sevSNP.isSeen(in: kernel)
        ? nil : "kernel \(kernel.release) has no KVM_SEV_SNP_LAUNCH_START"
    case .tdx:
      if Witness.tdx.isSeen(in: kernel) { return nil }
      guard kernel.configuration.offers("INTEL_TDX_HOST") else {
        return "kernel \(kernel.release) does not offer INTEL_TDX_HOST"
      }
      return Witness.option("INTEL_TDX_HOST").isSeen(in: kernel)
        ? "kernel \(kernel.release) was built without TDX in kvm_intel"
        : "kernel \(kernel.release) was built without INTEL_TDX_HOST"
    }
  }

  private func platformLack(of type: DomainType) -> String? {
    switch type {
    case .plain: return nil
    case .sev:
      guard platform.sev != nil else { return "\(platform.id) has no SEV" }
      if let off = switchedOff("sev", of: "kvm_amd") { return off }
      return sevASIDs == nil ? "\(platform.id) has no ASIDs for SEV guests" : nil
    case .sevES:
      guard let sev = platform.sev, sev.hasEncryptedState else {
        return "\(platform.id) has no SEV-ES"
      }
      if sev.encryptedStateASIDs.isEmpty { return "\(platform.id) has no ASIDs for SEV-ES guests" }
      if let off = switchedOff("sev_es", of: "kvm_amd") { return off }
      return sevESASIDs == nil ? "\(platform.id) gives all its ASIDs to SEV-SNP guests" : nil
    case .sevSNP:
      guard let sev = platform.sev, sev.hasSNP else { return "\(platform.id) has no SEV-SNP" }
      return switchedOff("sev_snp", of: "kvm_amd")
    case .tdx:
      guard platform.tdx != nil else { return "\(platform.id) has no TDX" }
      return switchedOff("tdx", of: "kvm_intel")
    }
  }

  private func switchedOff(_ name: String, of module: String) -> String? {
    parameters.isOn(name, of: module)
      ? nil : "the module parameter \(module).\(name) of \(platform.id) is off"
  }
}
