import LodgeModel

extension Host {
  /// The settings of the platform model for this host.
  package var settings: [ModelSetting: String] {
    var settings: [ModelSetting: String] = [
      .vmTypes: ModelNumber(CapabilityRule.Answer.vmTypes.value(on: self)).hexadecimal,
      .xcr0: ModelNumber(xcr0).hexadecimal,
      .tscKiloHertz: String(platform.processor.kiloHertz),
      .machineCheck: ModelNumber(machineCheck).hexadecimal,
      .maximumVCPUs: String(maximumVCPUs),
    ]
    settings.merge(firmwareSettings) { $1 }
    settings.merge(sevSettings) { $1 }
    if offers(.sevSNP).isYes { settings.merge(snpSettings) { $1 } }
    if offers(.tdx).isYes { settings.merge(tdxSettings) { $1 } }
    return settings
  }

  /// **Source:** `kvm_caps.supported_mce_cap`: MCG_CTL_P and MCG_SER_P in arch/x86/kvm/x86.c, and
  /// MCG_LMCE_P and MCG_CMCI_P in vmx/vmx.c, Linux 6.12.117 and 7.2.13.
  private var machineCheck: UInt64 {
    let all: UInt64 = 1 << 8 | 1 << 24
    return platform.processor.vendor == .intel ? all | 1 << 27 | 1 << 10 : all
  }

  /// /dev/sev is there where hardware and driver are, whatever kvm_amd's parameters say.
  private var firmwareSettings: [ModelSetting: String] {
    guard let sev = platform.sev, kernel.configuration.enables("CRYPTO_DEV_SP_PSP") else {
      return [:]
    }
    return [
      .sevAPIMajor: String(sev.apiMajor), .sevAPIMinor: String(sev.apiMinor),
      .sevBuild: String(sev.build),
      .sevState: parameters.isOn("sev", of: "kvm_amd") ? "1" : "0",
      .chipID: sev.chipID.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined(),
      .firmwarePolicyMask: ModelNumber(sev.policyBits).hexadecimal,
    ]
  }

  private var sevSettings: [ModelSetting: String] {
    guard let sev = platform.sev, parameters.isOn("sev", of: "kvm_amd") else { return [:] }
    var settings: [ModelSetting: String] = [
      .encryptionBit: String(sev.encryptionBit),
      .reducedPhysicalBits: String(sev.reducedPhysicalBits),
    ]
    settings[.sevASIDs] = sevASIDs.map(Self.written)
    settings[.sevESASIDs] = sevESASIDs.map(Self.written)
    settings[.sevSNPASIDs] = sevSNPASIDs.map(Self.written)
    if Witness.sevInit2.isSeen(in: kernel) {
      settings[.init2] = "yes"
      settings[.ghcbDefault] = "2"
      settings[.vmsaFeatures] = ModelNumber(vmsaFeatures).hexadecimal
    } else if parameters.isOn("debug_swap", of: "kvm_amd") {
      // Linux 6.6 to 6.9, arch/x86/kvm/svm/sev.c, sev_es_sync_vmsa.
      settings[.legacyFeatures] = ModelNumber(VMSAFeature.debugSwap).hexadecimal
    }
    return settings
  }

  /// What KVM_X86_SEV_VMSA_FEATURES answers.
  ///
  /// **Source:** `sev_hardware_setup`, arch/x86/kvm/svm/sev.c: Linux 6.12 asks the parameter
  /// debug_swap, 7.2 has none; Secure TSC came with 6.18.
  private var vmsaFeatures: UInt64 {
    guard let sev = platform.sev, parameters.isOn("sev_es", of: "kvm_amd") else { return 0 }
    let hasSwitch = kernel.hasParameter("debug_swap", of: "kvm_amd")
    var kernels: UInt64 = 0
    if !hasSwitch || parameters.isOn("debug_swap", of: "kvm_amd") {
      kernels |= VMSAFeature.debugSwap
    }
    if offers(.sevSNP).isYes, kernel.version >= KernelVersion(6, 18) {
      kernels |= VMSAFeature.secureTSC
    }
    return sev.vmsaFeatures & kernels
  }

  /// **Source:** `snp_launch_start` and the policy masks, arch/x86/kvm/svm/sev.c, Linux 6.12.117
  /// (a fixed mask), 6.17 (9f4701e05fae and 24be2b7956a5: SMT and single socket are the firmware's
  /// business) and 7.2.13 (the firmware's bits among those that KVM knows).
  private var snpSettings: [ModelSetting: String] {
    let old =
      SNPPolicy.apiVersion | SNPPolicy.smt | SNPPolicy.reserved | SNPPolicy.debug
      | SNPPolicy.singleSocket
    guard Witness.snpPolicyBits.isSeen(in: kernel) else {
      let isStrict = kernel.version < KernelVersion(6, 17)
      return [
        .snpPolicyMask: ModelNumber(old).hexadecimal,
        .snpPolicyRequired: ModelNumber(SNPPolicy.reserved | (isStrict ? SNPPolicy.smt : 0))
          .hexadecimal,
        .snpPolicyForbidden: ModelNumber(isStrict ? SNPPolicy.singleSocket : 0).hexadecimal,
      ]
    }
    let known =
      old | SNPPolicy.cxl | SNPPolicy.aes256XTS | SNPPolicy.noRAPL | SNPPolicy.ciphertextHiding
      | SNPPolicy.noPageSwap
    return [
      .snpPolicyMask: ModelNumber(known & (platform.sev?.policyBits ?? 0)).hexadecimal,
      .snpPolicyRequired: ModelNumber(SNPPolicy.reserved).hexadecimal,
      .snpPolicyForbidden: "0x0",
    ]
  }

  /// **Source:** `tdx_get_supported_attrs` (KVM_SUPPORTED_TDX_TD_ATTRS: SEPT_VE_DISABLE alone) and
  /// `tdx_get_supported_xfam`, arch/x86/kvm/vmx/tdx.c, Linux 7.2.13.
  private var tdxSettings: [ModelSetting: String] {
    guard let tdx = platform.tdx else { return [:] }
    let disableVirtualizationExceptions: UInt64 = 1 << 28
    return [
      .tdxKeyIDs: String(tdx.keyIDs),
      .tdxAttributes:
        ModelNumber(tdx.attributes & disableVirtualizationExceptions).hexadecimal,
      .tdxXFAM: ModelNumber(tdx.xfam & (xcr0 | xss)).hexadecimal,
      .tdxMaximumVCPUs: String(maximumTDXVCPUs),
    ]
  }

  /// States that KVM lets guests enable in IA32_XSS: those of CET, since 6.18.
  private var xss: UInt64 {
    guard kernel.version >= KernelVersion(6, 18), let leaf = platform.processor.leaf(0xD, 1) else {
      return 0
    }
    return UInt64(leaf.ecx) & 0x1800
  }

  /// The CPUID bits that a TD's user space may configure, as KVM_TDX_CAPABILITIES lists them.
  ///
  /// **Source:** `td_init_cpuid_entry2`, arch/x86/kvm/vmx/tdx.c, Linux 7.2.13: KVM takes bits 16
  /// to 23 of 0x80000008 EAX for the guest's address width, and hides HLE, RTM and WAITPKG.
  package var tdxCPUID: [CPUIDLeaf] {
    guard offers(.tdx).isYes, let tdx = platform.tdx else { return [] }
    return tdx.configurable.map { leaf in
      var leaf = leaf
      if leaf.function == 0x8000_0008 { leaf.eax |= 0xFF << 16 }
      if leaf.function == 7, leaf.index == 0 {
        leaf.ebx &= ~(1 << 4 | 1 << 11)
        leaf.ecx &= ~(1 << 5)
      }
      return leaf
    }
  }

  private static func written(_ range: Range<Int>) -> String {
    "\(range.lowerBound)-\(range.upperBound - 1)"
  }
}
